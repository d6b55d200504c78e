using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class LocalResponseNormalizationTests
{
    // Four channels, one pixel, windows of three: sums of squares 1+4, 1+4+9, 4+9+16, 9+16.
    private static readonly Tensor<double> Pixel = new(new Shape(1, 4), [1, 2, 3, 4]);

    [Test]
    public void L10_TheLecturesConventionDividesAlphaByTheSizeOfTheWindow()
    {
        double[] y = new LocalResponseNormalization<double>(3, alpha: 0.6, beta: 0.5, k: 1).Forward(Pixel, Mode.Evaluate).Values.ToArray();
        Assert.That(y, Is.EqualTo(new[] { 1 / Math.Sqrt(1 + 0.2 * 5), 2 / Math.Sqrt(1 + 0.2 * 14), 3 / Math.Sqrt(1 + 0.2 * 29), 4 / Math.Sqrt(1 + 0.2 * 25) }).Within(1e-15));
    }

    [Test]
    public void L10_ThePapersConventionDoesNot()
    {
        double[] paper = new LocalResponseNormalization<double>(3, alpha: 0.2, beta: 0.5, k: 1, averages: false).Forward(Pixel, Mode.Evaluate).Values.ToArray();
        double[] lecture = new LocalResponseNormalization<double>(3, alpha: 0.6, beta: 0.5, k: 1).Forward(Pixel, Mode.Evaluate).Values.ToArray();
        Assert.That(paper, Is.EqualTo(lecture).Within(1e-15), "0.2 times the sum is 0.6 times the mean of three");
    }

    [Test]
    public void L10_AlexNetsConstantsAreTheDefaults() =>
        Assert.That(new LocalResponseNormalization<double>(5, 1e-4, 0.75, 2, averages: true).ToString(), Is.EqualTo("new LocalResponseNormalization<double>(5)"));

    // BVLC's AlexNet normalises and then pools, CaffeNet the other way round.
    [Test]
    public void X13_NormalizingBeforePoolingIsNotNormalizingAfterIt()
    {
        Tensor<double> x = new(new Shape(1, 2, 1, 2), [1, 2, 5, 0]);
        LocalResponseNormalization<double> first = new(3, alpha: 3, k: 1), last = new(3, alpha: 3, k: 1);
        MaxPooling2D<double> poolAfter = new(new RefNet.Geometry.PoolingGeometry(new(1), new(2, 2))), poolBefore = new(poolAfter.Geometry);
        double[] alexNet = poolAfter.Forward(first.Forward(x, Mode.Evaluate), Mode.Evaluate).Values.ToArray();
        double[] caffeNet = last.Forward(poolBefore.Forward(x, Mode.Evaluate), Mode.Evaluate).Values.ToArray();
        Assert.That(alexNet, Is.EqualTo(new[] { 2 / Math.Pow(5, 0.75), 5 / Math.Pow(27, 0.75) }).Within(1e-14));
        Assert.That(caffeNet, Is.EqualTo(new[] { 2 / Math.Pow(30, 0.75), 5 / Math.Pow(30, 0.75) }).Within(1e-14));
    }

    [Test]
    public void SettingsThatDivideByZeroAreRefused()
    {
        Assert.That(() => new LocalResponseNormalization<double>(k: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("denominator"));
        Assert.That(() => new LocalResponseNormalization<double>(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new LocalResponseNormalization<double>(alpha: -1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
