using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class FlattenTests
{
    [Test]
    public void Y7_A32x32ColourImageBecomes3072Numbers() =>
        Assert.That(new Flatten<float>().OutputShape(new Shape(3, 32, 32)), Is.EqualTo(new Shape(3072)));

    [Test]
    public void Y20_150x150PixelsAre22500NumbersAnd67500InColour()
    {
        Assert.That(new Flatten<float>().OutputShape(new Shape(1, 150, 150)), Is.EqualTo(new Shape(22_500)));
        Assert.That(new Flatten<float>().OutputShape(new Shape(3, 150, 150)), Is.EqualTo(new Shape(67_500)));
    }

    [Test]
    public void NothingIsCopied()
    {
        Tensor<float> x = new(new Shape(2, 1, 2, 2), [1, 2, 3, 4, 5, 6, 7, 8]);
        Flatten<float> flatten = new();
        Tensor<float> y = flatten.Forward(x, Mode.Train);
        Assert.That(y.Shape, Is.EqualTo(new Shape(2, 4)));
        x[1, 0, 0, 1] = 60;
        Assert.That(y[1, 1], Is.EqualTo(60), "row-major order: row 0, column 1 of sample 1 is its second number, in the same storage");
        Assert.That(flatten.Backward(y).Shape, Is.EqualTo(x.Shape));
    }

    [Test]
    public void AGradientOfAnotherShapeIsAnError()
    {
        Flatten<float> flatten = new();
        flatten.Forward(new Tensor<float>(new Shape(2, 1, 2, 2)), Mode.Train);
        Assert.That(() => flatten.Backward(new Tensor<float>(new Shape(2, 8))),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("Flatten: expected a gradient of the shape of the last output, 2x4; found 2x8."));
        Assert.That(() => new Flatten<float>().Backward(new Tensor<float>(new Shape(2, 8))), Throws.InvalidOperationException);
    }
}
