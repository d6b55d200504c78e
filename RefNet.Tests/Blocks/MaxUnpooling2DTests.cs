using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class MaxUnpooling2DTests
{
    private static MaxUnpooling2D<double> KeepsTheMaxima(int size = 2, int? stride = null) => new(new MaxPooling2D<double>(size, stride), new Identity<double>());

    [Test]
    public void L14_EachMaximumComesBackToItsPlace()
    {
        MaxUnpooling2D<double> block = KeepsTheMaxima();
        Tensor<double> x = new(new Shape(1, 1, 2, 4), [1, 5, 8, 2, 4, 3, 6, 7]);
        Assert.That(block.Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { 0, 5, 8, 0, 0, 0, 0, 0 }));
        Assert.That(block.Backward(new Tensor<double>(x.Shape, [1, 2, 3, 4, 5, 6, 7, 8])).Values.ToArray(), Is.EqualTo(new double[] { 0, 2, 3, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public void L14_WhereWindowsOverlapAPixelGetsTheSumOfThoseThatItWon()
    {
        Tensor<double> x = new(new Shape(1, 1, 2, 3), [1, 9, 2, 3, 4, 5]);
        Assert.That(KeepsTheMaxima(2, stride: 1).Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { 0, 18, 0, 0, 0, 0 }));
    }

    // Of equal elements the first, as in pooling: otherwise the gradient would go elsewhere than the numbers.
    [Test]
    public void L14_TiesAreThoseOfPooling()
    {
        Tensor<double> x = new(new Shape(1, 1, 2, 2), [7, 7, 7, double.NegativeInfinity]);
        Assert.That(KeepsTheMaxima().Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { 7, 0, 0, 0 }));
        Tensor<double> least = new(new Shape(1, 1, 2, 2), [double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity]);
        Assert.That(KeepsTheMaxima().Forward(least, Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { double.NegativeInfinity, 0, 0, 0 }));
    }

    // V6: what Backward of pooling does with a gradient, unpooling does with numbers.
    [Test]
    public void L14_UnpoolingIsTheBackwardOfPooling()
    {
        MaxPooling2D<double> pooling = new(2);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3, 4, 6), Seeds.Create(1)), y = pooling.Forward(x, Mode.Train).Clone();
        Assert.That(KeepsTheMaxima().Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(pooling.Backward(y).Values.ToArray()));
    }

    [Test]
    public void L14_TwoStagesNest()
    {
        MaxUnpooling2D<double> network = new(new MaxPooling2D<double>(2), new Sequential<double>(
            new Convolution2D<double>(2, 2, kernel: 3, padding: 1), new MaxUnpooling2D<double>(new MaxPooling2D<double>(2), new Tanh<double>()),
            new Convolution2D<double>(2, 2, kernel: 3, padding: 1)));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 2, 8, 8), Seeds.Create(1)), y = network.Forward(x, Mode.Train);
        Assert.That(y.Shape, Is.EqualTo(x.Shape));
        Assert.That(Enumerable.Range(0, 128).Count(i => y.Values[i] != 0), Is.EqualTo(32), "one of four pixels");
    }

    [Test]
    public void LayersInBetweenThatChangeTheShapeAreAnError() => Assert.That(
        () => new MaxUnpooling2D<double>(new MaxPooling2D<double>(2), new Convolution2D<double>(1, 2, kernel: 1) { Name = "conv" }).OutputShape(new Shape(1, 4, 4)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "MaxUnpooling2D: expected conv to give the shape that MaxPooling2D1 gives, 1x2x2, so that each number has a place; found 2x2x2."));
}
