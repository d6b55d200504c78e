using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class ProductTests
{
    [Test]
    public void ElementByElementItIsTheProductRule()
    {
        Product<double> square = new(new Identity<double>(), new Identity<double>());
        Assert.That(square.Forward(new Tensor<double>(new Shape(1, 3), [-1, 2, 3]), Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { 1, 4, 9 }));
        Assert.That(square.Backward(new Tensor<double>(new Shape(1, 3), [1, 1, 10])).Values.ToArray(), Is.EqualTo(new double[] { -2, 4, 60 }), "2 x dy");
    }

    // Two channels of two pixels; the gate is the mean of a channel: y = x m, dx = dy m + (sum of dy x) / 2.
    [Test]
    public void AGateOfOneNumberAChannelScalesTheChannel()
    {
        Product<double> block = new(new Identity<double>(), new AveragePooling2D<double>(new RefNet.Geometry.PoolingGeometry(new(1), new(2, 2))));
        Tensor<double> y = block.Forward(new Tensor<double>(new Shape(1, 2, 1, 2), [1, 3, 5, -3]), Mode.Train);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 2, 6, 5, -3 }));
        Tensor<double> dX = block.Backward(new Tensor<double>(y.Shape, [1, 0, 1, 1]));
        Assert.That(dX.Values.ToArray(), Is.EqualTo(new[] { 2 + 0.5, 0 + 0.5, 1 + 1.0, 1 + 1.0 }));
    }

    [Test]
    public void AGateOfAnotherShapeIsAnError() => Assert.That(
        () => new Product<double>(new Identity<double>(), new Dense<double>(3, 2)).OutputShape(new Shape(3)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "Product: expected a gate of the shape that Identity1 gives, 3, or one number for each of its 3 channels; found 2."));
}
