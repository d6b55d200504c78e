using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Verification;

namespace RefNet.Tests.Losses;

[TestFixture]
public sealed class MulticlassHingeTests
{
    [Test]
    public void X8_TheRightScoreIsSubtracted()
    {
        MulticlassHinge<double> loss = new();
        // Right class 0: max(0, 2 - 3 + 1) + max(0, 5 - 3 + 1), then a sample whose right class 2 leads by 1 and more.
        Assert.That(loss.Forward(new Tensor<double>(new Shape(2, 3), [3, 2, 5, 1, -4, 2.5]), LossCheck.OneHot(3, 0, 2)), Is.EqualTo((0 + 3 + 0) / 2.0));
        Assert.That(loss.Backward().Values.ToArray(), Is.EqualTo(new[] { -0.5, 0, 0.5, 0, 0, 0 }), "a lead of the margin itself costs nothing");
    }

    // Behind a linear layer: the row of each violating class gets +x, that of the right class -x for each of them.
    [Test]
    public void X8_TheGradientOfTheWeightsIsTheInputTimesTheViolations([Range(0, 4)] int seed)
    {
        Random random = Seeds.Create(seed);
        Dense<double> dense = new(4, 5);
        dense.Initialize(seed + 10);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 4), random);
        MulticlassHinge<double> loss = new();
        Tensor<double> y = dense.Forward(x, Mode.Train);
        loss.Forward(y, LossCheck.OneHot(5, 2));
        dense.Backward(loss.Backward());

        bool[] violates = [.. Enumerable.Range(0, 5).Select(j => j != 2 && y[0, j] - y[0, 2] + 1 > 0)];
        Assert.That(violates, Has.Some.True, "some class must come close, or nothing is tested");
        for (int j = 0; j < 5; j++)
        {
            double times = j == 2 ? -violates.Count(v => v) : violates[j] ? 1 : 0;
            Assert.That(dense.Parameters[0].Gradient.Sample(j).ToArray(), Is.EqualTo(x.Values.ToArray().Select(value => times * value)).Within(1e-15), $"row {j}");
        }
    }

    [Test]
    public void X8_BehindALinearLayerTheGradientsAgreeWithFiniteDifferences([Range(0, 4)] int seed)
    {
        Random random = Seeds.Create(seed);
        Network<double> network = new(new Shape(3), seed, new Dense<double>(3, 4));
        GradientCheck.Run(network, new MulticlassHinge<double>(), LayerCase.RandomTensor<double>(new Shape(3, 3), random), LossCheck.OneHot(4, 1, 3, 0)).EnsurePassed();
    }

    [Test]
    public void X8_AtTheMarginThereIsAKink()
    {
        GradientReport report = GradientCheck.Run(new MulticlassHinge<double>(), new Tensor<double>(new Shape(1, 2), [3, 2]), LossCheck.OneHot(2, 0));
        Assert.That(report.ToString(), Does.Contain("kink"));
    }

    [TestCase(0), TestCase(-1), TestCase(double.NaN), TestCase(double.PositiveInfinity)]
    public void AMarginOutOfRangeIsAnError(double margin) =>
        Assert.That(() => new MulticlassHinge<double>(margin), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("a finite number above 0"));

    [Test]
    public void ScoresAreNoProbabilities() => Assert.That(new MulticlassHinge<double>().TryGetProbabilities([1, 2], new double[2]), Is.False);
}
