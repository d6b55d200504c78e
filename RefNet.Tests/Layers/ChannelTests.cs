using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

/// <summary>Layers that move whole channels.</summary>
[TestFixture]
public sealed class ChannelTests
{
    [Test]
    public void L17_ShufflingDealsTheChannelsOfTheGroupsOut()
    {
        ChannelShuffle<double> layer = new(groups: 2);
        Tensor<double> x = new(new Shape(1, 6), [10, 11, 12, 20, 21, 22]); // two groups of three
        Assert.That(layer.Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { 10, 20, 11, 21, 12, 22 }));
        Assert.That(layer.Backward(new Tensor<double>(x.Shape, [10, 20, 11, 21, 12, 22])).Values.ToArray(), Is.EqualTo(x.Values.ToArray()), "the gradient goes back to where x came from");
    }

    [Test]
    public void L17_ShufflingByTheGroupsAndThenByTheirSizeChangesNothing()
    {
        Tensor<double> x = new(new Shape(1, 12, 1, 2), [.. Enumerable.Range(0, 24).Select(i => (double)i)]);
        Tensor<double> shuffled = new ChannelShuffle<double>(3).Forward(x, Mode.Train);
        Assert.That(shuffled.Values.ToArray(), Is.Not.EqualTo(x.Values.ToArray()));
        Assert.That(new ChannelShuffle<double>(4).Forward(shuffled, Mode.Train).Values.ToArray(), Is.EqualTo(x.Values.ToArray()));
    }

    [Test]
    public void ChannelsThatDoNotMakeWholeGroupsAreAnError()
    {
        Assert.That(() => new ChannelShuffle<double>(3).OutputShape(new Shape(4, 2, 2)), Throws.TypeOf<ShapeException>().With.Message.Contains("a multiple of 3; found 4x2x2"));
        Assert.That(() => new ChannelShuffle<double>(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void PaddingPutsChannelsOfZerosInFrontAndBehind()
    {
        ChannelPadding<double> layer = new(before: 1, after: 2);
        Assert.That(layer.Forward(new Tensor<double>(new Shape(1, 2, 1, 2), [1, 2, 3, 4]), Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { 0, 0, 1, 2, 3, 4, 0, 0, 0, 0 }));
        Assert.That(layer.Backward(new Tensor<double>(new Shape(1, 5, 1, 2), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).Values.ToArray(), Is.EqualTo(new double[] { 3, 4, 5, 6 }));
        Assert.That(() => new ChannelPadding<double>(0, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
