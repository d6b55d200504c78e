using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class SqueezeExcitationTests
{
    [Test]
    public void L18_TwiceCSquaredOverRWeights()
    {
        Assert.That(new SqueezeExcitation<float>(256, reduction: 16, useBias: false).Parameters.Sum(parameter => parameter.Count), Is.EqualTo(8_192));
        Assert.That(new SqueezeExcitation<float>(256).Parameters.Sum(parameter => parameter.Count), Is.EqualTo(8_192 + 16 + 256));
    }

    [Test]
    public void L18_EachMapIsScaledByItsOwnNumberBetween0And1()
    {
        SqueezeExcitation<double> block = new(4, reduction: 2);
        block.Initialize(seed: 1);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 4, 3, 5), Seeds.Create(1)), y = block.Forward(x, Mode.Train);
        for (int c = 0; c < 4; c++)
        {
            double s = y[1, c, 0, 0] / x[1, c, 0, 0];
            Assert.That(s, Is.InRange(0, 1));
            Assert.That(y.Plane(1, c).ToArray(), Is.EqualTo(x.Plane(1, c).ToArray().Select(value => s * value).ToArray()).Within(1e-14));
        }
    }

    [Test]
    public void L18_ThePathsOfItsWeightsAreThoseOfTorchvision() => Assert.That(
        new SqueezeExcitation<float>(4, 2).NamedParameters().Select(parameter => parameter.Path),
        Is.EqualTo(new[] { "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias" }));

    [Test]
    public void ChannelsThatAreNoMultipleOfTheReductionAreRefused() =>
        Assert.That(() => new SqueezeExcitation<float>(24), Throws.ArgumentException.With.Message.Contains("24 and 16"));
}
