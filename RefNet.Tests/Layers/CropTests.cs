using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class CropTests
{
    private static readonly Tensor<double> Image = new(new Shape(1, 1, 3, 4), [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]);

    [Test]
    public void AWindowIsCutOutAndItsGradientPutBack()
    {
        Crop<double> crop = new(row: 1, column: 2, rows: 2, columns: 2);
        Assert.That(crop.Forward(Image, Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { 12, 13, 22, 23 }));
        Assert.That(crop.Backward(new Tensor<double>(new Shape(1, 1, 2, 2), [1, 2, 3, 4])).Values.ToArray(), Is.EqualTo(new double[] { 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4 }));
    }

    [Test]
    public void AWindowThatReachesBeyondTheImageIsAnError()
    {
        Assert.That(() => new Crop<double>(1, 2, 2, 3).OutputShape(new Shape(5, 3, 4)), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "Crop: expected samples of shape channels x 3 rows or more x 5 columns or more; found 5x3x4."));
        Assert.That(() => new Crop<double>(-1, 0, 2, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Crop<double>(0, 0, 2, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
