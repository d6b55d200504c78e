using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class ConcatenationTests
{
    [Test]
    public void L16_TheChannelsOfTheBranchesStandBehindEachOther()
    {
        Concatenation<double> block = new(new Identity<double>(), new ReLU<double>());
        Tensor<double> y = block.Forward(new Tensor<double>(new Shape(2, 2), [-1, 2, 3, -4]), Mode.Train);
        Assert.That(y.Shape, Is.EqualTo(new Shape(2, 4)));
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { -1, 2, 0, 2, 3, -4, 3, 0 }));
    }

    [Test]
    public void L16_TheGradientOfTheInputIsTheSumOverTheBranches()
    {
        Concatenation<double> block = new(new Identity<double>(), new ReLU<double>());
        block.Forward(new Tensor<double>(new Shape(2, 2), [-1, 2, 3, -4]), Mode.Train);
        Tensor<double> dX = block.Backward(new Tensor<double>(new Shape(2, 4), [1, 2, 10, 20, 3, 4, 30, 40]));
        Assert.That(dX.Values.ToArray(), Is.EqualTo(new double[] { 1, 22, 33, 4 }));
    }

    [Test]
    public void L16_MapsOfDifferentDepthsAndOneSize()
    {
        Concatenation<double> block = new(
            new Convolution2D<double>(2, 3, kernel: 1) { Name = "narrow" }, new MaxPooling2D<double>(1), new Convolution2D<double>(2, 1, kernel: 3, padding: 1) { Name = "wide" });
        Assert.That(block.OutputShape(new Shape(2, 4, 5)), Is.EqualTo(new Shape(3 + 2 + 1, 4, 5)));
        Assert.That(block.Cost(new Shape(2, 4, 5)).MultiplyAccumulates, Is.EqualTo(20 * (2 * 3 + 2 * 9)));
        Assert.That(() => new Concatenation<double>(new MaxPooling2D<double>(1), new MaxPooling2D<double>(2)) { Name = "mixed" }.OutputShape(new Shape(2, 4, 6)),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo(
                "mixed: expected maps of the size that MaxPooling2D1 gives, 2x4x6; MaxPooling2D2 gives others; found 2x2x3."));
        Assert.That(() => new Concatenation<double>(new Identity<double>(), new Flatten<double>()).OutputShape(new Shape(2, 4, 6)), Throws.TypeOf<ShapeException>(), "maps and a vector");
        Assert.That(() => new Concatenation<double>(), Throws.ArgumentException.With.Message.Contains("one branch or more"));
    }
}
