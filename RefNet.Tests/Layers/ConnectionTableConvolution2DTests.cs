using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Tests.Reference;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class ConnectionTableConvolution2DTests
{
    private static readonly ConvolutionGeometry Geometry = new(new Window(3), new Window(2));

    [Test]
    public void L5_AMapThatIsNotInTheTableIsNotSeen()
    {
        ConnectionTableConvolution2D<double> layer = new(3, [[0, 2], [1]], Geometry, Seeds.Create(1));
        Assert.That(layer.Parameters[0].Value.Shape, Is.EqualTo(new Shape(3, 3, 2)), "three connections, no weights for the others");

        // The same as a full convolution whose missing kernels are zero.
        Tensor<double> full = new(new Shape(2, 3, 3, 2));
        (int Output, int Input)[] connections = [(0, 0), (0, 2), (1, 1)];
        for (int k = 0; k < connections.Length; k++)
            layer.Parameters[0].Value.Sample(k).CopyTo(full.Sample(connections[k].Output)[(connections[k].Input * 6)..]);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3, 5, 4), Seeds.Create(2));
        Tensor<double> expected = DirectConvolution.Forward(x, full, layer.Parameters[1].Value, Geometry, groups: 1);
        // Both add at most 19 products of magnitude below 10 in another order.
        TensorAssert.AreClose(expected, layer.Forward(x, Mode.Train), 1e-13, "y");
    }

    [Test]
    public void L5_ATableThatNamesAMapThatIsNotThereIsAnError() => Assert.That(
        () => new ConnectionTableConvolution2D<double>(3, [[0, 3]], Geometry, Seeds.Create(1)), Throws.ArgumentException.With.Message.Contains("[0, 3]"));
}
