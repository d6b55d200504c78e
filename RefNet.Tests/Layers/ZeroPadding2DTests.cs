using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class ZeroPadding2DTests
{
    [Test]
    public void ABorderOfZerosAndItsGradient()
    {
        ZeroPadding2D<double> layer = new(top: 1, bottom: 0, left: 0, right: 2);
        Tensor<double> y = layer.Forward(new Tensor<double>(new Shape(1, 1, 2, 1), [5, 6]), Mode.Train);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 0, 0, 0, 5, 0, 0, 6, 0, 0 }));
        Assert.That(layer.Backward(new Tensor<double>(y.Shape, [1, 2, 3, 4, 5, 6, 7, 8, 9])).Values.ToArray(), Is.EqualTo(new double[] { 4, 7 }));
        Assert.That(() => new ZeroPadding2D<double>(0, -1, 0, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Y3_ConvolutionWithPaddingIsConvolutionOfThePaddedImage()
    {
        ConvolutionGeometry padded = new(new Window(3, 2, 0, 1), new Window(3, 2, 1, 2)), bare = new(new Window(3, 2), new Window(3, 2));
        Convolution2D<double> inOne = new(2, 3, padded), afterwards = new(2, 3, bare);
        inOne.Initialize(seed: 1);
        afterwards.Initialize(seed: 1);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 2, 6, 6), Seeds.Create(1));
        Assert.That(afterwards.Forward(new ZeroPadding2D<double>(0, 1, 1, 2).Forward(x, Mode.Train), Mode.Train).Values.ToArray(),
            Is.EqualTo(inOne.Forward(x, Mode.Train).Values.ToArray()).Within(1e-13));
    }
}
