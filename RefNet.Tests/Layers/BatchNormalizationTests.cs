using NUnit.Framework;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Verification;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class BatchNormalizationTests
{
    [Test]
    public void L11_ATrainingStepGivesMeanZeroAndVarianceOne([Values(1, 5)] int columns)
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(40, 3, 4, columns), Seeds.Create(columns));
        foreach (ref double value in x.Span)
            value = 100 + 7 * value;
        Tensor<double> y = new BatchNormalization<double>(3).Forward(x, Mode.Train);
        for (int c = 0; c < 3; c++)
        {
            double[] values = Channel(y, c);
            double mean = values.Average();
            Assert.That(mean, Is.EqualTo(0).Within(1e-12));
            Assert.That(values.Average(v => (v - mean) * (v - mean)), Is.EqualTo(1).Within(1e-6), "σ² / (σ² + ε) with σ² near 49");
        }
    }

    [Test]
    public void L11_OneChannelByHand()
    {
        // 1, 3, 5, 7: mean 4, variance (9 + 1 + 1 + 9) / 4 = 5; with ε = 4, s = √(5 + 4) = 3 and x̂ = -1, -1/3, 1/3, 1.
        BatchNormalization<double> layer = new(1, epsilon: 4);
        layer.Parameters[0].Value[0] = 6;
        layer.Parameters[1].Value[0] = 10;
        Tensor<double> y = layer.Forward(new Tensor<double>(new Shape(4, 1), [1, 3, 5, 7]), Mode.Train);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 4, 8, 12, 16 }).Within(1e-14));

        // dy = 1, 0, 0, 0: dβ = 1, dγ = -1, dx = (6/3) (dy - 1/4 + x̂/4).
        Tensor<double> dX = layer.Backward(new Tensor<double>(new Shape(4, 1), [1, 0, 0, 0]));
        Assert.That(layer.Parameters[0].Gradient[0], Is.EqualTo(-1).Within(1e-15));
        Assert.That(layer.Parameters[1].Gradient[0], Is.EqualTo(1));
        Assert.That(dX.Values.ToArray(), Is.EqualTo(new[] { 2 * 0.5, 2 * (-1.0 / 3), 2 * (-1.0 / 6), 0 }).Within(1e-14));
    }

    [Test]
    public void L11_TheGradientOfBetaIsTheSumOfDYOverImagesAndPositions([Values] Mode mode)
    {
        BatchNormalization<double> layer = new(2);
        layer.Forward(LayerCase.RandomTensor<double>(new Shape(2, 2, 1, 2), Seeds.Create(9)), mode);
        // Two images, two channels of 1 x 2: channel 0 gets 1, 2 and 5, 6; channel 1 gets 3, 4 and 7, -8.
        layer.Backward(new Tensor<double>(new Shape(2, 2, 1, 2), [1, 2, 3, 4, 5, 6, 7, -8]));
        Assert.That(layer.Parameters[1].Gradient.Values.ToArray(), Is.EqualTo([1.0 + 2 + 5 + 6, 3 + 4 + 7 - 8]));
    }

    [Test]
    public void L11_EvaluateIsAffineWithTheRunningStatistics()
    {
        BatchNormalization<double> layer = new(2, epsilon: 0.5);
        layer.Buffers[0].Value.CopyFrom([1, -1]);
        layer.Buffers[1].Value.CopyFrom([3.5, 8.5]);
        layer.Parameters[0].Value.CopyFrom([4, 3]);
        layer.Parameters[1].Value.CopyFrom([0.5, 0]);
        // 4 (x - 1) / 2 + 0.5 = 2 x - 1.5 and 3 (x + 1) / 3 = x + 1, for a batch of one, too.
        Tensor<double> y = layer.Forward(new Tensor<double>(new Shape(1, 2, 1, 2), [0, 1, 2, 3]), Mode.Evaluate);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new[] { -1.5, 0.5, 3, 4 }).Within(1e-15));
    }

    [Test]
    public void L11_MapsOfOnePixelAreVectors()
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(5, 3), Seeds.Create(1));
        double[] dense = new BatchNormalization<double>(3).Forward(x, Mode.Train).Values.ToArray();
        double[] maps = new BatchNormalization<double>(3).Forward(x.Reshape(new Shape(5, 3, 1, 1)), Mode.Train).Values.ToArray();
        Assert.That(maps, Is.EqualTo(dense));
    }

    [Test]
    public void L11_GradientsAgreeWithFiniteDifferencesAtTheUsualEpsilon([Values] Mode mode)
    {
        // 24 values a channel, none of them alone: σ² is near 1, where ε = 1e-5 makes no sharp bend.
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(4, 2, 2, 3), Seeds.Create(3));
        GradientReport report = GradientCheck.Run(new BatchNormalization<double>(2), x, mode);
        Assert.That(report.Passed, Is.True, report.ToString());
    }

    [Test]
    public void X4_TheTermThatTheSlideLeavesOutIsZeroAndTheSumOfTheGradientVanishes()
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(6, 1, 2, 2), Seeds.Create(4));
        BatchNormalization<double> layer = new(1);
        layer.Forward(x, Mode.Train);
        double[] dX = layer.Backward(LayerCase.RandomTensor<double>(x.Shape, Seeds.Create(5))).Values.ToArray();
        double mean = x.Values.ToArray().Average();
        Assert.That(x.Values.ToArray().Sum(value => -2 * (value - mean)), Is.EqualTo(0).Within(1e-13), "Σ -2 (x - μ)");
        Assert.That(dX.Sum(), Is.EqualTo(0).Within(1e-13), "μ takes any shift of x away, so that a shift changes no loss");
        Assert.That(dX.Max(Math.Abs), Is.GreaterThan(0.1), "yet the gradient itself does not vanish");
    }

    [TestCase(true, 0.9 + 0.1 * 2, TestName = "X24_TheRunningVarianceTakesMOverMMinusOneAsThePaperAndPyTorch")]
    [TestCase(false, 0.9 + 0.1 * 1, TestName = "X24_OrTheVarianceOfTheBatchAsCaffeAndKeras")]
    public void X24(bool unbiased, double expected)
    {
        // 1 and 3: mean 2, variance 1, times m / (m - 1) = 2.
        BatchNormalization<double> layer = new(1, unbiased: unbiased);
        layer.Forward(new Tensor<double>(new Shape(2, 1), [1, 3]), Mode.Train);
        Assert.That(layer.Buffers[0].Value[0], Is.EqualTo(0.1 * 2).Within(1e-15));
        Assert.That(layer.Buffers[1].Value[0], Is.EqualTo(expected).Within(1e-15));
    }

    [Test]
    public void RunningStatisticsAreNoParameters()
    {
        BatchNormalization<float> layer = new(4);
        Assert.That(layer.Parameters.Select(parameter => parameter.Name), Is.EqualTo(new[] { "gamma", "beta" }));
        Assert.That(layer.Buffers.Select(buffer => buffer.Name), Is.EqualTo(new[] { "runningMean", "runningVariance" }));
    }

    [Test]
    public void OneValueAChannelCannotBeTrainedOn()
    {
        BatchNormalization<float> layer = new(3) { Name = "BN1" };
        Assert.That(() => layer.Forward(new Tensor<float>(new Shape(1, 3)), Mode.Train),
            Throws.TypeOf<ShapeException>().With.Message.StartsWith("BN1: expected two values or more for each channel").And.Message.EndsWith("found 1x3."));
        Assert.That(() => layer.Forward(new Tensor<float>(new Shape(1, 3)), Mode.Evaluate), Throws.Nothing);
    }

    [TestCase(0, 1e-5, 0.1), TestCase(1, 0, 0.1), TestCase(1, -1, 0.1), TestCase(1, double.NaN, 0.1), TestCase(1, 1e-5, 0), TestCase(1, 1e-5, 1.5)]
    public void SettingsOutOfRangeAreErrors(int channels, double epsilon, double momentum) =>
        Assert.That(() => new BatchNormalization<double>(channels, epsilon, momentum), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static double[] Channel(Tensor<double> tensor, int channel) =>
        [.. from n in Enumerable.Range(0, tensor.Shape[0])
            from i in Enumerable.Range(0, tensor.Shape[2])
            from j in Enumerable.Range(0, tensor.Shape[3])
            select tensor[n, channel, i, j]];
}
