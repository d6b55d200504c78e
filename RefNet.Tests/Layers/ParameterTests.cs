using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

/// <summary>First values are drawn at first use, from a stream that the seed and the path name.</summary>
[TestFixture]
public sealed class ParameterTests
{
    [Test]
    public void ANetworkOf138MillionWeightsTakesNoMemoryUntilItIsUsed()
    {
        Vgg16(); // so that nothing is compiled while bytes are counted
        long before = GC.GetAllocatedBytesForCurrentThread();
        Network<float> network = Vgg16();
        Shape output = network.OutputShape(network.InputShape);
        Cost cost = network.Cost(network.InputShape);
        int parameters = network.Parameters.Sum(parameter => parameter.Count);
        network.ClearGradients();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
        Assert.That((output, parameters), Is.EqualTo((new Shape(1000), 138_357_544)));
        Assert.That(cost.MultiplyAccumulates, Is.EqualTo(15_470_264_320));
    }

    [Test]
    public void TheNumbersAreTheSameWhateverIsAskedFirst()
    {
        Network<double> forwards = Small(seed: 3), backwards = Small(seed: 3);
        double[][] first = [.. forwards.Parameters.Select(Numbers)];
        double[][] last = [.. backwards.Parameters.Reverse().Select(Numbers).Reverse()];
        Assert.That(last, Is.EqualTo(first));
    }

    [Test]
    public void OneLayerMoreDoesNotChangeTheWeightsOfTheOthers()
    {
        Network<double> network = Small(seed: 3);
        Network<double> deeper = new(new Shape(4), seed: 3,
            new Dense<double>(4, 4) { Name = "A" }, new Dense<double>(4, 4) { Name = "More" }, new Tanh<double>(),
            new Sequential<double>(new Dense<double>(4, 4) { Name = "A" }) { Name = "Block" });
        foreach (string path in new[] { "A", "Block.A" })
            Assert.That(Numbers(deeper[path].Parameters[0]), Is.EqualTo(Numbers(network[path].Parameters[0])), path);
    }

    [Test]
    public void SeedPathAndNameTellStreamsApart()
    {
        Network<double> network = Small(seed: 3);
        Assert.That(Numbers(network["Block.A"].Parameters[0]), Is.Not.EqualTo(Numbers(network["A"].Parameters[0])), "another path");
        Assert.That(Numbers(Small(seed: 4).Parameters[0]), Is.Not.EqualTo(Numbers(network.Parameters[0])), "another seed");
        TwoWeights two = new();
        two.Initialize(3);
        Assert.That(Numbers(two.Parameters[1]), Is.Not.EqualTo(Numbers(two.Parameters[0])), "another name");
    }

    [Test]
    public void InitializeDrawsAgain()
    {
        Dense<double> layer = new(3, 4);
        layer.Initialize(1);
        double[] first = Numbers(layer.Parameters[0]);
        layer.Parameters[0].Value.Span.Clear();
        layer.Parameters[1].Value.Span.Fill(9);
        layer.Initialize(2);
        Assert.That(Numbers(layer.Parameters[0]), Is.Not.EqualTo(first).And.Not.All.Zero);
        layer.Initialize(1);
        Assert.That(Numbers(layer.Parameters[0]), Is.EqualTo(first));
        Assert.That(Numbers(layer.Parameters[1]), Is.All.Zero, "a bias starts at 0 again");
    }

    [Test]
    public void FloatStartsFromTheRoundedNumbersOfDouble()
    {
        Network<float> single = new(new Shape(4), seed: 3, new Dense<float>(4, 4) { Name = "A" });
        Assert.That(single.Parameters[0].Value.Values.ToArray(), Is.EqualTo(Numbers(Small(seed: 3).Parameters[0]).Select(value => (float)value)));
    }

    [Test]
    public void AParameterThatSharesTheNumbersOfAnotherHasItsGradientInTheGivenMemory()
    {
        Dense<double> one = new(3, 4), other = new(3, 4);
        Tensor<double> first = new(other.Parameters[0].Shape), second = new(other.Parameters[0].Shape);
        other.Parameters[0].Share(one.Parameters[0], first);
        one.Parameters[0].Value[2, 1] = 7;
        Assert.That(other.Parameters[0].Value[2, 1], Is.EqualTo(7));
        other.Parameters[0].Gradient[0, 0] = 5;
        other.Parameters[0].Share(one.Parameters[0], second);
        other.Parameters[0].Gradient[0, 0] = 6;
        Assert.That((one.Parameters[0].Gradient[0, 0], first[0, 0], second[0, 0]), Is.EqualTo((0.0, 5.0, 6.0)));
    }

    [Test]
    public void AParameterThatStartsAtANumberHasItEverywhere()
    {
        Parameter<double> gamma = new("gamma", new Shape(3), isWeight: false, start: 0.5);
        Assert.That((gamma.Name, gamma.Count, gamma.IsWeight, gamma.IsFrozen), Is.EqualTo(("gamma", 3, false, false)));
        Assert.That(Numbers(gamma), Is.All.EqualTo(0.5));
        Assert.That(gamma.Gradient.Values.ToArray(), Is.All.Zero);
    }

    private static double[] Numbers(Parameter<double> parameter) => parameter.Value.Values.ToArray();

    private static Network<double> Small(int seed) => new(new Shape(4), seed,
        new Dense<double>(4, 4) { Name = "A" }, new Tanh<double>(), new Sequential<double>(new Dense<double>(4, 4) { Name = "A" }) { Name = "Block" });

    private static Network<float> Vgg16()
    {
        List<Layer<float>> layers = [];
        int channels = 3;
        foreach (int width in new[] { 64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0 })
        {
            if (width == 0)
            {
                layers.Add(new MaxPooling2D<float>(2));
                continue;
            }

            layers.AddRange([new Convolution2D<float>(channels, width, kernel: 3, padding: 1), new ReLU<float>()]);
            channels = width;
        }

        layers.AddRange([new Flatten<float>(), new Dense<float>(25_088, 4096), new ReLU<float>(), new Dense<float>(4096, 4096), new ReLU<float>(), new Dense<float>(4096, 1000)]);
        return new Network<float>(new Shape(3, 224, 224), seed: 1, [.. layers]);
    }

    private sealed class TwoWeights : Layer<double>
    {
        public override IReadOnlyList<Parameter<double>> Parameters { get; } =
        [
            new("first", new Shape(5), Initializer.LeCun, fanIn: 5, fanOut: 1),
            new("second", new Shape(5), Initializer.LeCun, fanIn: 5, fanOut: 1),
        ];

        public override Shape OutputShape(Shape input) => input;

        protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode) => throw new NotSupportedException();

        protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX) => throw new NotSupportedException();
    }
}
