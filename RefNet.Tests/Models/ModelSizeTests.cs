using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Models;

namespace RefNet.Tests.Models;

/// <summary>How many numbers each model learns; those of LeNet-5 of 1998 stand in <see cref="LeNet5Tests"/>.</summary>
[TestFixture]
public sealed class ModelSizeTests
{
    // 6 (25 + 1) + 16 (150 + 1) + 120 (400 + 1) + 84 (120 + 1) + 10 (84 + 1)
    [Test]
    public void D3_TheModernLeNet5Has61706Parameters() => Assert.That(Count(new LeNet5Modern().Create<float>(seed: 1)), Is.EqualTo(61_706));

    // 300 (784 + 1) + 100 (300 + 1) + 10 (100 + 1)
    [Test]
    public void D1_TheMultilayerPerceptronHas266610Parameters() => Assert.That(Count(new MultilayerPerceptron().Create<float>(seed: 1)), Is.EqualTo(266_610));

    // 10 (784 + 1)
    [Test]
    public void D1_ThePerceptronHas7850ParametersThatStartAtZero()
    {
        Network<float> network = new Perceptron().Create<float>(seed: 1);
        Assert.That(Count(network), Is.EqualTo(7_850));
        Assert.That(network.Parameters.SelectMany(parameter => parameter.Value.Values.ToArray()), Is.All.Zero);
    }

    // 16 (9 + 144) + 32 (144 + 288 + 288) + 36 (288 + 324 + 324) in convolutions, 2 (32 + 96 + 108) in normalisations, 10 (36 + 1)
    [Test]
    public void DigitsHas60026ParametersFewerThanLeNet5OfToday() => Assert.That(Count(new Digits().Create<float>(seed: 1)), Is.EqualTo(60_026).And.LessThan(Count(new LeNet5Modern().Create<float>(seed: 1))));

    [Test]
    public void SprintHas11042Parameters() => Assert.That(Count(new Sprint().Create<float>(seed: 1)), Is.EqualTo(11_042));

    private static int Count(Layer<float> network) => network.Parameters.Sum(parameter => parameter.Count);
}
