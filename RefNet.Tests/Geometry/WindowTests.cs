using NUnit.Framework;
using RefNet.Geometry;

namespace RefNet.Tests.Geometry;

[TestFixture]
public sealed class WindowTests
{
    [TestCase(1, Rounding.Exact, 5)]
    [TestCase(2, Rounding.Exact, 3)]
    [TestCase(3, Rounding.Exact, 0)]
    [TestCase(3, Rounding.Floor, 2)]
    [TestCase(3, Rounding.Ceiling, 3)]
    public void Y2_AWindowOf3On7(int stride, Rounding rounding, int positions) =>
        Assert.That(new Window(3, stride).Positions(7, rounding), Is.EqualTo(positions));

    [TestCase(3, 1)]
    [TestCase(5, 2)]
    [TestCase(7, 3)]
    public void Y3_HalfTheKernelAsPaddingKeepsTheSize(int kernel, int padding) => Assert.Multiple(() =>
    {
        Assert.That(new Window(kernel, 1, padding, padding).Positions(7, Rounding.Exact), Is.EqualTo(7));
        Assert.That(Window.Same(kernel), Is.EqualTo(new Window(kernel, 1, padding, padding)));
    });

    [Test]
    public void AnEvenKernelKeepsTheSizeWithOneElementMoreBehind() =>
        Assert.That(Window.Same(4), Is.EqualTo(new Window(4, 1, 1, 2)));

    // The sizes of Caffe's ceil mode: AlexNet's and GoogLeNet's 3x3/2 pooling; the last window must start inside the image.
    [TestCase(55, 3, 2, 0, 27)]
    [TestCase(112, 3, 2, 0, 56)]
    [TestCase(113, 3, 2, 0, 56)]
    [TestCase(2, 1, 2, 0, 1)]
    [TestCase(3, 2, 2, 1, 2)]
    public void L7_CeilingSizes(int extent, int size, int stride, int padding, int positions) =>
        Assert.That(new Window(size, stride, padding, padding).Positions(extent, Rounding.Ceiling), Is.EqualTo(positions));

    [Test]
    public void ANegativePaddingIsRefused() =>
        Assert.That(() => new Window(3, 1, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
}
