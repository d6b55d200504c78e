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
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("SoftmaxCrossEntropy: expected outputs of shape samples x classes; found 2x2x5."));
        Assert.That(() => loss.Forward(new Tensor<double>(new Shape(1, 3)), new Tensor<double>(new Shape(1, 3), [0, 1, 1])),
            Throws.TypeOf<InputException>().With.Message.Contains("sample 0 sum to 2"));
    }
}
