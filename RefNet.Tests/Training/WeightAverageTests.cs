using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Backends.Simd;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Training;

[TestFixture]
public sealed class WeightAverageTests
{
    private const double Decay = 0.8;

    private static readonly IBackend<double>[] backends = [new ReferenceBackend<double>(), new SimdBackend<double>()];

    [Test]
    public void ItIsTheMeanOfAllStepsWithWeightsThatFall([ValueSource(nameof(backends))] IBackend<double> backend)
    {
        Network<double> network = Make(seed: 1, backend);
        WeightAverage<double> average = new(network, Make(seed: 2, backend), Decay);
        List<double[]> path = [];
        Random random = Seeds.Create(5);
        for (int step = 1; step <= 12; step++)
        {
            foreach (Tensor<double> tensor in Tensors(network))
                tensor.CopyFrom(LayerCase.RandomTensor<double>(tensor.Shape, random).Values);
            average.Update();
            path.Add(Numbers(network));
            double[] found = Numbers(average.Network);
            double total = Enumerable.Range(1, step).Sum(i => Math.Pow(Decay, step - i));
            for (int n = 0; n < found.Length; n++)
                Assert.That(found[n], Is.EqualTo(path.Select((weights, i) => Math.Pow(Decay, step - (i + 1)) * weights[n]).Sum() / total).Within(1e-13), $"step {step}, number {n}");
        }
    }

    [Test]
    public void AfterOneStepItIsTheNetworkToTheBit()
    {
        Network<double> network = Make(seed: 1, backends[1]);
        WeightAverage<double> average = new(network, Make(seed: 2, backends[1]), Decay);
        average.Update();
        Assert.That(Numbers(average.Network), Is.EqualTo(Numbers(network)), "first weights have no share");
    }

    [Test]
    public void BatchStatisticsAreAveragedAndCountsCopied()
    {
        Network<double> network = Make(seed: 1, backends[1]);
        WeightAverage<double> average = new(network, Make(seed: 2, backends[1]), Decay);
        Assert.That(network.Buffers.Count(buffer => buffer.CountsDraws), Is.EqualTo(1));
        for (int step = 1; step <= 3; step++)
        {
            network.Forward(LayerCase.RandomTensor<double>(new Shape(4, 3), Seeds.Create(step)), Mode.Train);
            average.Update();
        }

        foreach ((Buffer<double> from, Buffer<double> to) in network.Buffers.Zip(average.Network.Buffers))
        {
            if (from.CountsDraws)
                Assert.That(to.Value[0], Is.EqualTo(3));
            else
                Assert.That(to.Value.Values.ToArray(), Is.Not.EqualTo(from.Value.Values.ToArray()), from.Name);
        }
    }

    [TestCase(0), TestCase(1), TestCase(-0.5), TestCase(double.NaN)]
    public void ADecayOutOfRangeIsAnError(double decay) => Assert.That(
        () => new WeightAverage<double>(Make(1, backends[1]), Make(1, backends[1]), decay), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("above 0 and below 1"));

    [Test]
    public void TheAverageNeedsANetworkOfItsOwn()
    {
        Network<double> network = Make(seed: 1, backends[1]);
        Assert.That(() => new WeightAverage<double>(network, network, Decay), Throws.ArgumentException.With.Message.Contains("another network"));
    }

    private static Network<double> Make(int seed, IBackend<double> backend)
    {
        Network<double> network = new(new Shape(3), seed, new Dense<double>(3, 2), new BatchNormalization<double>(2), new Dropout<double>(0.5));
        network.To(backend);
        return network;
    }

    private static IEnumerable<Tensor<double>> Tensors(Network<double> network) =>
        [.. network.Parameters.Select(parameter => parameter.Value), .. network.Buffers.Where(buffer => !buffer.CountsDraws).Select(buffer => buffer.Value)];

    private static double[] Numbers(Network<double> network) => [.. Tensors(network).SelectMany(tensor => tensor.Values.ToArray())];
}
