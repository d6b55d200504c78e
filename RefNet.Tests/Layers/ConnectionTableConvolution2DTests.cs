using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Reference;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class ConnectionTableConvolution2DTests
{
    private static readonly ConvolutionGeometry Geometry = new(new Window(3), new Window(2));

    [Test]
    public void L5_AMapThatIsNotInTheTableIsNotSeen()
    {
        ConnectionTableConvolution2D<double> layer = new(3, [[0, 2], [1]], Geometry);
        Assert.That(layer.Parameters[0].Value.Shape, Is.EqualTo(new Shape(3, 3, 2)), "three connections, no weights for the others");

        // The same as a full convolution whose missing kernels are zero.
        Tensor<double> full = new(new Shape(2, 3, 3, 2));
        (int Output, int Input)[] connections = [(0, 0), (0, 2), (1, 1)];
        for (int k = 0; k < connections.Length; k++)
            layer.Parameters[0].Value.Sample(k).CopyTo(full.SampleSpan(connections[k].Output)[(connections[k].Input * 6)..]);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3, 5, 4), Seeds.Create(2));
        Tensor<double> expected = DirectConvolution.Forward(x, full, layer.Parameters[1].Value, Geometry, groups: 1);
        // Both add at most 19 products of magnitude below 10 in another order.
        TensorAssert.AreClose(expected, layer.Forward(x, Mode.Train), 1e-13, "y");
    }

    [Test]
    public void L5_ATableThatNamesAMapThatIsNotThereIsAnError() => Assert.That(
        () => new ConnectionTableConvolution2D<double>(3, [[0, 3]], Geometry), Throws.ArgumentException.With.Message.Contains("[0, 3]"));

    // Table I of LeNet-5: 60 crosses over 6 inputs, so each input map reaches 10 output maps, 25 taps in each.
    [Test]
    public void FanInIsThatOfEachMapAndFanOutTheMeanOverTheInputs()
    {
        Recorder fans = new();
        _ = new ConnectionTableConvolution2D<double>(6, LeNet5.ConnectionTable, kernel: 5, fans).Parameters[0].Value;
        Assert.That(fans.In, Is.EqualTo(LeNet5.ConnectionTable.Select(inputs => inputs.Length * 25)));
        Assert.That(fans.Out, Has.Count.EqualTo(16).And.All.EqualTo(250));
    }

    [Test]
    public void ATableOfAllConnectionsStartsAsAConvolutionDoes()
    {
        ConnectionTableConvolution2D<double> table = new(2, [[0, 1], [0, 1], [0, 1]], Geometry, Initializer.Xavier);
        Convolution2D<double> convolution = new(2, 3, Geometry, initializer: Initializer.Xavier);
        Assert.That(table.Parameters[0].Value.Values.ToArray(), Is.EqualTo(convolution.Parameters[0].Value.Values.ToArray()));
    }

    private sealed class Recorder : Initializer
    {
        public List<int> In { get; } = [];

        public List<int> Out { get; } = [];

        public override string ToString() => nameof(Recorder);

        public override void Fill<T>(Span<T> weights, int fanIn, int fanOut, Random random)
        {
            In.Add(fanIn);
            Out.Add(fanOut);
        }
    }
}
