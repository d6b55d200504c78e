using NUnit.Framework;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class ContrastNormalizationTests
{
    private static readonly Tensor<double> Image = LayerCase.RandomTensor<double>(new Shape(1, 3, 8, 7), Seeds.Create(1));

    [Test]
    public void L10_BrightnessDoesNotMatter([Values] bool acrossMaps) => AssertEqual(acrossMaps, x => x + 100);

    [Test]
    public void L10_ContrastDoesNotMatter([Values] bool acrossMaps) => AssertEqual(acrossMaps, x => 1000 * x);

    [Test]
    public void L10_WithinMapsAMapDoesNotSeeTheOthers()
    {
        Tensor<double> other = Image.Clone();
        for (int p = 0; p < 56; p++)
            other.PlaneSpan(0, 2)[p] *= p;
        double[] First(Tensor<double> x, bool acrossMaps) => new ContrastNormalization<double>(3, 3, acrossMaps: acrossMaps).Forward(x, Mode.Evaluate).Plane(0, 0).ToArray();
        Assert.That(First(other, acrossMaps: false), Is.EqualTo(First(Image, acrossMaps: false)));
        Assert.That(First(other, acrossMaps: true), Is.Not.EqualTo(First(Image, acrossMaps: true)).Within(1e-3));
    }

    // Also at the border, where the window is cut off.
    [Test]
    public void L10_AnImageWithoutContrastGivesZero([Values] bool acrossMaps)
    {
        ContrastNormalization<double> layer = new(2, 3, acrossMaps: acrossMaps);
        Tensor<double> x = new(new Shape(1, 2, 4, 4));
        Assert.That(layer.Forward(x, Mode.Train).Values.ToArray(), Is.All.EqualTo(0));
        Assert.That(layer.Backward(Tensor(x.Shape, 1)).Values.ToArray(), Is.All.EqualTo(0));
    }

    // One column of three, weights g, 1, g inside: the middle has mean (g a + b + g c) / (1 + 2 g), the ends (a + g b) / (1 + g).
    [Test]
    public void L10_ThreePixelsByHand()
    {
        double g = Math.Exp(-0.5);
        double[] x = [1, 2, 6];
        double[] Mean(double[] a) => [(a[0] + g * a[1]) / (1 + g), (g * a[0] + a[1] + g * a[2]) / (1 + 2 * g), (g * a[1] + a[2]) / (1 + g)];
        double[] v = [.. x.Zip(Mean(x), (value, mean) => value - mean)];
        double[] sigma = [.. Mean([.. v.Select(value => value * value)]).Select(Math.Sqrt)];
        double[] expected = [.. v.Zip(sigma, (value, s) => value / Math.Max(s, sigma.Average()))];
        double[] y = new ContrastNormalization<double>(1, 3, deviation: 1).Forward(new Tensor<double>(new Shape(1, 1, 3, 1), x), Mode.Evaluate).Values.ToArray();
        Assert.That(y, Is.EqualTo(expected).Within(1e-14));
    }

    [Test]
    public void AWindowWithoutAMiddleIsRefused()
    {
        Assert.That(() => new ContrastNormalization<double>(1, size: 4), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("middle"));
        Assert.That(() => new ContrastNormalization<double>(1, deviation: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static void AssertEqual(bool acrossMaps, Func<double, double> change)
    {
        Tensor<double> changed = new(Image.Shape, [.. Image.Values.ToArray().Select(change)]);
        double[] y = new ContrastNormalization<double>(3, 5, acrossMaps: acrossMaps).Forward(Image, Mode.Evaluate).Values.ToArray();
        Assert.That(new ContrastNormalization<double>(3, 5, acrossMaps: acrossMaps).Forward(changed, Mode.Evaluate).Values.ToArray(), Is.EqualTo(y).Within(1e-11));
    }

    private static Tensor<double> Tensor(Shape shape, double value)
    {
        Tensor<double> tensor = new(shape);
        tensor.Span.Fill(value);
        return tensor;
    }
}
