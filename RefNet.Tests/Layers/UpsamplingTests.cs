using NUnit.Framework;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class UpsamplingTests
{
    [Test]
    public void L14_EachPixelBecomesASquareAndCollectsItsGradient()
    {
        NearestUpsampling2D<double> layer = new(2);
        Tensor<double> y = layer.Forward(new Tensor<double>(new Shape(1, 1, 1, 2), [3, 7]), Mode.Train);
        Assert.That(y.Shape, Is.EqualTo(new Shape(1, 1, 2, 4)));
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 3, 3, 7, 7, 3, 3, 7, 7 }));
        Assert.That(layer.Backward(new Tensor<double>(y.Shape, [1, 2, 10, 20, 3, 4, 30, 40])).Values.ToArray(), Is.EqualTo(new double[] { 10, 100 }));
    }

    // Pixels as squares: the new ones stand a quarter of a pixel beside the old; pixels as points: three steps from 0 to 8.
    [TestCase(false, new double[] { 0, 2, 6, 8 })]
    [TestCase(true, new[] { 0, 8.0 / 3, 16.0 / 3, 8 })]
    public void L14_BilinearLinesBetweenTwoPixels(bool alignCorners, double[] expected)
    {
        Tensor<double> y = new BilinearUpsampling2D<double>(2, alignCorners).Forward(new Tensor<double>(new Shape(1, 1, 1, 2), [0, 8]), Mode.Train);
        Assert.That(y.Sample(0)[..4].ToArray(), Is.EqualTo(expected).Within(1e-14));
        Assert.That(y.Sample(0)[4..].ToArray(), Is.EqualTo(expected).Within(1e-14), "one row has nothing between it and the next");
    }

    [Test]
    public void L14_APlaneStaysAPlaneInside()
    {
        Tensor<double> x = new(new Shape(1, 1, 4, 5)), y;
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 5; j++)
                x[0, 0, i, j] = 3 * i - 2 * j;
        y = new BilinearUpsampling2D<double>(3).Forward(x, Mode.Train);
        for (int i = 1; i < 11; i++)
            for (int j = 1; j < 14; j++)
                Assert.That(y[0, 0, i, j], Is.EqualTo(3 * ((i + 0.5) / 3 - 0.5) - 2 * ((j + 0.5) / 3 - 0.5)).Within(1e-13));
    }

    [Test]
    public void AFactorOfOneChangesNothing([Values] bool alignCorners)
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3, 4, 5), Seeds.Create(1));
        Assert.That(new BilinearUpsampling2D<double>(1, alignCorners).Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(x.Values.ToArray()).Within(1e-15));
        Assert.That(new NearestUpsampling2D<double>(1).Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(x.Values.ToArray()));
    }
}
