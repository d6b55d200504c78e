using NUnit.Framework;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Training;

[TestFixture]
public sealed class LayerFeaturesTests
{
    [TestCase(6, 10, 20, 1, 1200, TestName = "WhatIsSmallStaysAsItIs")]
    [TestCase(16, 32, 32, 3, 1600, TestName = "MapsAreAveragedOverTheSmallestAreasThatLeaveFewEnough")] // 2 would leave 4,096
    [TestCase(1500, 3, 3, 2, 1500, TestName = "AnAreaIsAtMostTheMap")]
    public void MapsOf(int channels, int rows, int columns, int factor, int count)
    {
        LayerFeatures features = LayerFeatures.Of("conv", new Shape(channels, rows, columns));
        Assert.That((features.Factor, features.Count), Is.EqualTo((factor, count)));
    }

    [Test]
    public void WhatCannotBeAveragedIsRefused() => Assert.That(
        () => LayerFeatures.Of("fc", new Shape(4001)), Throws.TypeOf<InputException>().With.Message.Contains("fc: expected a layer that gives at most 4000 numbers"));

    [Test]
    public void LayersShareAPassUntilTheirNumbersAreTooMany()
    {
        LayerFeatures[] layers = [.. new[] { 4000, 3000, 2000, 1000, 10 }.Select((count, i) => LayerFeatures.Of($"layer{i}", new Shape(count)))];
        int[] Sizes(int images) => [.. LayerFeatures.Groups(layers, images).Select(group => group.Length)];
        Assert.That(Sizes(images: 2250), Is.EqualTo([5]), "22.5 million numbers");
        Assert.That(Sizes(images: 2500), Is.EqualTo([4, 1]), "25 million, and the last layer");
        Assert.That(Sizes(images: 5000), Is.EqualTo([1, 2, 2]), "20, 25 and 5 million");
        Assert.That(Sizes(images: 1_000_000), Is.EqualTo([1, 1, 1, 1, 1]));
        Assert.That(LayerFeatures.Groups(layers, 5000).SelectMany(group => group), Is.EqualTo(layers));
    }
}
