using NUnit.Framework;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Losses;

[TestFixture]
public sealed class SoftmaxCrossEntropyTests
{
    [Test]
    public void X42_EqualLogitsGiveTheLogarithmOfTheNumberOfClasses()
    {
        double loss = new SoftmaxCrossEntropy<double>().Forward(new Tensor<double>(new Shape(3, 10)), LossCheck.OneHot(10, 0, 5, 9));
        Assert.That(loss, Is.EqualTo(Math.Log(10)).Within(1e-15), "a network that knows nothing: ln 10 = 2.302585");
    }

    [Test]
    public void X42_LogitsOfAThousandStayFinite()
    {
        SoftmaxCrossEntropy<float> loss = new();
        Tensor<float> y = new(new Shape(2, 3), [1000, 0, -1000, 1000, 0, -1000]);
        Tensor<float> target = new(new Shape(2, 3), [1, 0, 0, 0, 0, 1]);
        Assert.That(loss.Forward(y, target), Is.EqualTo(1000), "mean of 0 (right and sure) and 2000 (wrong and sure)");
        Assert.That(loss.Backward().Values.ToArray(), Is.EqualTo(new[] { 0, 0, 0, 0.5f, 0, -0.5f }));
    }

    [Test]
    public void X42_TheGradientIsProbabilityMinusTarget()
    {
        SoftmaxCrossEntropy<double> loss = new();
        loss.Forward(new Tensor<double>(new Shape(1, 3), [Math.Log(1), Math.Log(2), Math.Log(5)]), LossCheck.OneHot(3, 1));
        Assert.That(loss.Backward().Values.ToArray(), Is.EqualTo(new[] { 0.125, 0.25 - 1, 0.625 }).Within(1e-15));
    }

    [Test]
    public void TheGradientAgreesWithFiniteDifferencesForClassesAndForSoftTargets([Range(0, 9)] int seed)
    {
        Random random = Seeds.Create(seed);
        Tensor<double> y = LayerCase.RandomTensor<double>(new Shape(3, 4), random);
        LossCheck.GradientAgrees(new SoftmaxCrossEntropy<double>(), y, LossCheck.OneHot(4, 3, 0, 2));
        Tensor<double> soft = new Softmax<double>().Forward(LayerCase.RandomTensor<double>(y.Shape, random), Mode.Evaluate);
        LossCheck.GradientAgrees(new SoftmaxCrossEntropy<double>(), y, soft);
    }

    [Test]
    public void PixelsAreClassifiedOneByOneAndTheIgnoredOnesLeftOut()
    {
        // Two classes at 1 x 3 pixels: odds of 1 to 3, no label, and 1 to 1.
        Tensor<double> y = new(new Shape(1, 2, 1, 3), [0, 8, 5, Math.Log(3), -8, 5]);
        SoftmaxCrossEntropy<double> loss = new();
        Targets<double> labels = new([0, 255, 1], y.Shape, ignored: 255);
        Assert.That(loss.TotalWeight(labels), Is.EqualTo(2));
        Assert.That(loss.Forward(y, labels), Is.EqualTo((Math.Log(4) + Math.Log(2)) / 2).Within(1e-15));
        Assert.That(loss.Backward().Values.ToArray(), Is.EqualTo(new[] { -0.375, 0, 0.25, 0.375, 0, -0.25 }).Within(1e-15));
        Assert.That(loss.CountErrors(y, labels), Is.EqualTo(2), "of two equal scores the first wins");
    }

    [Test]
    public void ABatchWithoutALabelHasLossZeroAndNoGradient()
    {
        Tensor<double> y = new(new Shape(2, 3), [1, 2, 3, 4, 5, 6]);
        SoftmaxCrossEntropy<double> loss = new();
        Assert.That(loss.Forward(y, new Targets<double>([9, 9], y.Shape, ignored: 9)), Is.Zero);
        Assert.That(loss.Backward().Values.ToArray(), Is.All.Zero);
    }

    [Test]
    public void ClassWeightsMakeAWeightedMean()
    {
        // Probabilities 1/4, 3/4 and 1/2, 1/2; the first class counts three times.
        Tensor<double> y = new(new Shape(2, 2), [0, Math.Log(3), 7, 7]);
        SoftmaxCrossEntropy<double> loss = new(classWeights: [3, 1]);
        Assert.That(loss.Forward(y, LossCheck.OneHot(2, 0, 1)), Is.EqualTo((3 * Math.Log(4) + Math.Log(2)) / 4).Within(1e-15));
        Assert.That(loss.Backward().Values.ToArray(), Is.EqualTo(new[] { -9.0 / 16, 9.0 / 16, 1.0 / 8, -1.0 / 8 }).Within(1e-15));
    }

    [Test]
    public void LabelSmoothingSpreadsItsShareOverAllClasses()
    {
        Tensor<double> y = LayerCase.RandomTensor<double>(new Shape(3, 4), Seeds.Create(1));
        Tensor<double> hard = LossCheck.OneHot(4, 3, 0, 2), soft = new(hard.Shape, [.. hard.Values.ToArray().Select(t => 0.9 * t + 0.1 / 4)]);
        SoftmaxCrossEntropy<double> smoothed = new(labelSmoothing: 0.1), plain = new();
        Assert.That(smoothed.Forward(y, hard), Is.EqualTo(plain.Forward(y, soft)).Within(1e-15));
        Assert.That(smoothed.Backward().Values.ToArray(), Is.EqualTo(plain.Backward().Values.ToArray()).Within(1e-15));
    }

    [Test]
    public void SettingsOutsideTheirRangesAreErrors()
    {
        Assert.That(() => new SoftmaxCrossEntropy<double>(labelSmoothing: 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SoftmaxCrossEntropy<double>(classWeights: [1, 0]), Throws.ArgumentException);
        Assert.That(() => new SoftmaxCrossEntropy<double>(classWeights: [1, 1]).Forward(new Tensor<double>(new Shape(1, 3)), LossCheck.OneHot(3, 1)),
            Throws.TypeOf<ShapeException>().With.Message.Contains("outputs of 2 classes"));
        Assert.That(() => new SoftmaxCrossEntropy<double>().Forward(new Tensor<double>(new Shape(1, 2, 3)), new Tensor<double>(new Shape(1, 2, 3))),
            Throws.TypeOf<ShapeException>().With.Message.Contains("samples x classes x rows x columns"));
    }

    [Test]
    public void TheGradientOfASampleSumsToZero()
    {
        SoftmaxCrossEntropy<double> loss = new();
        loss.Forward(LayerCase.RandomTensor<double>(new Shape(5, 10), Seeds.Create(1)), LossCheck.OneHot(10, 1, 2, 3, 4, 5));
        Tensor<double> dY = loss.Backward();
        for (int n = 0; n < 5; n++)
            Assert.That(dY.Sample(n).ToArray().Sum(), Is.EqualTo(0).Within(1e-15));
    }

    [Test]
    public void ProbabilitiesAreTheSoftmaxAndTheLargestOutputDecides()
    {
        double[] p = new double[2];
        SoftmaxCrossEntropy<double> loss = new();
        Assert.That(loss.TryGetProbabilities([Math.Log(3), 0], p), Is.True);
        Assert.That(p, Is.EqualTo(new[] { 0.75, 0.25 }).Within(1e-15));
        Assert.That(loss.Decide([0.1, 0.3, 0.2]), Is.EqualTo(1));
    }

    [Test]
    public void MistakesInShapesAndTargetsAreErrors()
    {
        SoftmaxCrossEntropy<double> loss = new();
        Assert.That(() => loss.Backward(), Throws.InvalidOperationException);
        Assert.That(() => loss.Forward(new Tensor<double>(new Shape(2, 10)), new Tensor<double>(new Shape(2, 9))), Throws.TypeOf<ShapeException>());
        Assert.That(() => loss.Forward(new Tensor<double>(new Shape(2, 2, 5)), new Tensor<double>(new Shape(2, 2, 5))),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("SoftmaxCrossEntropy: expected outputs of shape samples x classes, or samples x classes x rows x columns; found 2x2x5."));
        Assert.That(() => loss.Forward(new Tensor<double>(new Shape(1, 3)), new Tensor<double>(new Shape(1, 3), [0, 1, 1])),
            Throws.TypeOf<InputException>().With.Message.Contains("sample 0 sum to 2"));
    }
}
