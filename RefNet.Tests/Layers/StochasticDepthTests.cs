using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class StochasticDepthTests
{
    [Test]
    public void L19_TheBranchIsThereOrNotForTheWholeBatch()
    {
        StochasticDepth<double> layer = new(0.7, seed: 1);
        Tensor<double> x = new(new Shape(3, 2), [1, 2, 3, 4, 5, 6]);
        int survived = 0;
        for (int draw = 0; draw < 10_000; draw++)
        {
            Tensor<double> y = layer.Forward(x, Mode.Train);
            bool isThere = y[0, 0] != 0;
            survived += isThere ? 1 : 0;
            Assert.That(y.Values.ToArray(), Is.EqualTo(isThere ? x.Values.ToArray() : new double[6]));
            Assert.That(layer.Backward(x).Values.ToArray(), Is.EqualTo(isThere ? x.Values.ToArray() : new double[6]));
        }

        // The deviation of a count of n draws is √(n p (1 - p)) = 46; four of them.
        Assert.That(survived, Is.EqualTo(7_000).Within(184));
    }

    [Test]
    public void X26_L19_AtTestTimeTheBranchIsScaledByItsSurvival()
    {
        StochasticDepth<double> layer = new(0.7);
        Tensor<double> x = new(new Shape(1, 2), [10, -20]);
        Assert.That(layer.Forward(x, Mode.Evaluate).Values.ToArray(), Is.EqualTo(new double[] { 7, -14 }).Within(1e-14));
        Assert.That(layer.Backward(x).Values.ToArray(), Is.EqualTo(new double[] { 7, -14 }).Within(1e-14));
    }

    // H = b F(x) + x twice, F linear. Training visits all four networks; their mean, each by its probability, is what Evaluate gives.
    [Test]
    public void X26_L19_TheMeanOverAllMasksOfTwoLinearBlocksIsTheOutputAtTestTime()
    {
        double[] survival = [0.8, 0.6];
        StochasticDepth<double>[] ends = [new(survival[0], seed: 1), new(survival[1], seed: 2)];
        Sum<double> Block(int i) => new(new Sequential<double>(new Dense<double>(3, 3, useBias: false), ends[i]), new Identity<double>());
        Network<double> network = new(new Shape(3), seed: 1, Block(0), Block(1));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(1));

        Dictionary<(bool, bool), double[]> outputs = [];
        for (int step = 0; step < 200; step++)
        {
            double[] y = network.Forward(x, Mode.Train).Values.ToArray();
            (bool, bool) mask = (ends[0].Output!.Values.ContainsAnyExcept(0), ends[1].Output!.Values.ContainsAnyExcept(0));
            if (outputs.TryGetValue(mask, out double[]? before))
                Assert.That(y, Is.EqualTo(before), "the mask is all that is random");
            outputs[mask] = y;
        }

        Assert.That(outputs, Has.Count.EqualTo(4));
        double[] mean = new double[6];
        foreach (((bool First, bool Second) mask, double[] y) in outputs)
        {
            double probability = (mask.First ? survival[0] : 1 - survival[0]) * (mask.Second ? survival[1] : 1 - survival[1]);
            for (int i = 0; i < 6; i++)
                mean[i] += probability * y[i];
        }

        Assert.That(network.Forward(x, Mode.Evaluate).Values.ToArray(), Is.EqualTo(mean).Within(1e-14));
    }

    // 54 blocks, as in the paper: the expected number that are there is (3 L - 1) / 4.
    [Test]
    public void L19_TheExpectedDepthOfTheLinearRule()
    {
        Assert.That(Enumerable.Range(1, 54).Sum(block => StochasticDepth.Survival(block, 54)), Is.EqualTo(40.25).Within(1e-12));
        Assert.That(StochasticDepth.Survival(54, 54, last: 0.8), Is.EqualTo(0.8));
        Assert.That(() => StochasticDepth.Survival(0, 54), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void ABranchThatGaveNaNAndIsDroppedAddsNothing()
    {
        StochasticDepth<double> layer = new(0.5, seed: 3);
        Tensor<double> nan = new(new Shape(1, 1), [double.NaN]);
        Assert.That(Enumerable.Range(0, 20).Select(_ => layer.Forward(nan, Mode.Train)[0, 0]), Has.Some.EqualTo(0));
    }

    [Test]
    public void AProbabilityThatIsNoneIsRefused([Values(0, -0.1, 1.1, double.NaN)] double survival) =>
        Assert.That(() => new StochasticDepth<double>(survival), Throws.TypeOf<ArgumentOutOfRangeException>());
}
