using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class PaddedShortcutTests
{
    [Test]
    public void L16_EveryOtherPixelAndAChannelOfZeros()
    {
        PaddedShortcut<double> shortcut = new(1, 2);
        Tensor<double> y = shortcut.Forward(new Tensor<double>(new Shape(1, 1, 2, 3), [1, 2, 3, 4, 5, 6]), Mode.Train);
        Assert.That(y.Shape, Is.EqualTo(new Shape(1, 2, 1, 2)));
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 1, 3, 0, 0 }));
        Assert.That(shortcut.Backward(new Tensor<double>(y.Shape, [7, 8, 9, 10])).Values.ToArray(), Is.EqualTo(new double[] { 7, 0, 8, 0, 0, 0 }));
    }

    [Test]
    public void L16_TheShortcutOfACifarResNetHasNoWeights()
    {
        PaddedShortcut<float> shortcut = new(16, 32);
        Assert.That(shortcut.OutputShape(new Shape(16, 32, 32)), Is.EqualTo(new Shape(32, 16, 16)));
        Assert.That(shortcut.Parameters, Is.Empty);
    }

    [Test]
    public void FewerChannelsThanThereAreIsAnError() => Assert.That(() => new PaddedShortcut<double>(4, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
}
