using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class RoIMaxPooling2DTests
{
    private static readonly Tensor<double> Map = new(new Shape(1, 1, 3, 4), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

    // Three rows in two bins: rows 0 and 1, rows 1 and 2. The middle one belongs to both.
    [Test]
    public void D12_BinsAreRoundedOutwardAndTheGradientGoesToTheirMaxima()
    {
        RoIMaxPooling2D<double> layer = new(2, 1, [new Region(0, 1, 3, 2), new Region(2, 0, 1, 1)]);
        Tensor<double> y = layer.Forward(Map, Mode.Train);
        Assert.That(y.Shape, Is.EqualTo(new Shape(1, 2, 1, 2, 1)));
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 7, 11, 9, 9 }));
        Assert.That(layer.Backward(new Tensor<double>(y.Shape, [1, 2, 3, 4])).Values.ToArray(), Is.EqualTo(new double[] { 0, 0, 0, 0, 0, 0, 1, 0, 7, 0, 2, 0 }));
    }

    // A bin of whole pixels is an ordinary window.
    [Test]
    public void D12_OneRegionThatIsTheWholeMapIsMaxPooling()
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3, 6, 8), Seeds.Create(1));
        double[] pooled = new MaxPooling2D<double>(2).Forward(x, Mode.Train).Values.ToArray();
        Assert.That(new RoIMaxPooling2D<double>(3, 4, [new Region(0, 0, 6, 8)]).Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(pooled));
    }

    // 7 x 7 bins of Fast R-CNN behind VGG-16, whose maps are a sixteenth of the image.
    [Test]
    public void D12_ARegionOfTheImageIsScaledToTheMap()
    {
        Assert.That(new Region(32, 50, 160, 100).Scaled(1 / 16.0), Is.EqualTo(new Region(2, 3, 11, 7)), "rows 32 to 191, columns 50 to 149");
        Assert.That(new Region(5, 5, 3, 3).Scaled(1 / 16.0), Is.EqualTo(new Region(0, 0, 1, 1)), "a small one keeps a pixel");
        RoIMaxPooling2D<float> layer = new(7, 7, [new Region(2, 3, 11, 7)]);
        Assert.That(layer.OutputShape(new Shape(512, 14, 14)), Is.EqualTo(new Shape(1, 512, 7, 7)));
    }

    [Test]
    public void OtherRegionsButAsMany()
    {
        RoIMaxPooling2D<double> layer = new(1, 1, [new Region(0, 0, 1, 1)]);
        Assert.That(layer.Forward(Map, Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { 1 }));
        layer.Regions = [new Region(1, 1, 2, 2)];
        Assert.That(layer.Forward(Map, Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { 11 }));
        Assert.That(() => layer.Regions = [new Region(0, 0, 1, 1), new Region(0, 0, 1, 1)], Throws.ArgumentException.With.Message.Contains("made for 1 regions; found 2"));
        layer.Regions = [new Region(1, 1, 3, 2)];
        Assert.That(() => layer.Forward(Map, Mode.Train), Throws.TypeOf<ShapeException>().With.Message.Contains("3 rows from 1 on"));
        Assert.That(() => new RoIMaxPooling2D<double>(1, 1, []), Throws.ArgumentException);
    }
}
