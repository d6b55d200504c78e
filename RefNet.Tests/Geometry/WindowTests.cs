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

    // TensorFlow's 'same' with a stride: ⌈H/S⌉ positions, the odd row of padding behind. 112 halved by a 3x3 kernel has none in front.
    [TestCase(3, 112, 2, 0, 1, 56)]
    [TestCase(3, 15, 2, 1, 1, 8)]
    [TestCase(7, 224, 2, 2, 3, 112)]
    [TestCase(1, 56, 2, 0, 0, 28)]
    [TestCase(5, 28, 1, 2, 2, 28)]
    [TestCase(2, 28, 1, 0, 1, 28)]
    [TestCase(2, 7, 3, 0, 1, 3)]
    public void Y3_SamePaddingWithAStride(int kernel, int extent, int stride, int before, int after, int positions)
    {
        Window same = Window.Same(kernel, extent, stride);
        Assert.That(same, Is.EqualTo(new Window(kernel, stride, before, after)));
        Assert.That(ConvolutionGeometry.Same(kernel, extent, stride).Output(extent, extent), Is.EqualTo((positions, positions)));
        if (before < kernel && after < kernel)
            Assert.That(PoolingGeometry.Same(kernel, extent, stride).Output(extent, extent), Is.EqualTo((positions, positions)));
    }

    [Test]
    public void Y3_SamePaddingWithoutAStrideKeepsEverySize([Range(1, 5)] int kernel, [Range(1, 3)] int dilation)
    {
        foreach (int extent in new[] { 1, 6, 7 })
            Assert.That(ConvolutionGeometry.Same(kernel, dilation).Output(extent, extent), Is.EqualTo((extent, extent)));
    }

    [Test]
    public void ExtentIsTheInverseOfPositions([Range(1, 4)] int size, [Range(1, 3)] int stride, [Range(0, 2)] int before, [Range(1, 2)] int dilation)
    {
        Window window = new(size, stride, before, 1, dilation);
        for (int positions = 1; positions < 5; positions++)
        {
            if (window.Extent(positions) > 0)
                Assert.That(window.Positions(window.Extent(positions), Rounding.Exact), Is.EqualTo(positions));
        }
    }

    // Pooling of 3x3 windows that stand 2 apart, rounded up: AlexNet's three, GoogLeNet's first three, SqueezeNet 1.0's three.
    [TestCase(55, 27)]
    [TestCase(27, 13)]
    [TestCase(13, 6)]
    [TestCase(112, 56)]
    [TestCase(56, 28)]
    [TestCase(28, 14)]
    [TestCase(109, 54)]
    [TestCase(111, 55)]
    [TestCase(54, 27)]
    [TestCase(55, 27)]
    public void L7_CeilingSizesOfAlexNetGoogLeNetAndSqueezeNet(int extent, int positions) =>
        Assert.That((PoolingGeometry.Square(3, stride: 2) with { Rounding = Rounding.Ceiling }).Output(extent, extent), Is.EqualTo((positions, positions)));

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
