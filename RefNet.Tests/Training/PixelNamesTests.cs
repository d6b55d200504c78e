using NUnit.Framework;
using RefNet.Data;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>A mean and a deviation for each channel, by name or by numbers (LECTURES T6).</summary>
[TestFixture]
public sealed class PixelNamesTests
{
    [Test]
    public void T6_ANameStandsForPublishedNumbers()
    {
        string numbers = PixelNames.Expand("imagenet")!;
        Assert.That(numbers, Is.EqualTo("0.485,0.456,0.406/0.229,0.224,0.225"), "torchvision's");
        Assert.That(PixelNames.NameOf(numbers), Is.EqualTo("imagenet"));
        PixelRange green = PixelNames.Create(numbers).RangeOf(1);
        Assert.That(green.Low, Is.EqualTo((0 - 0.456) / 0.224).Within(1e-14));
        Assert.That(green.High, Is.EqualTo((1 - 0.456) / 0.224).Within(1e-14));
        Assert.That(PixelNames.Expand("cifar10"), Does.StartWith("0.4914,0.4822,0.4465/"));
        Assert.That(PixelNames.Expand("plain"), Is.Null);
        Assert.That(PixelNames.NameOf("0.5/0.25"), Is.EqualTo("0.5/0.25"));
    }

    [TestCase(""), TestCase("imagnet"), TestCase("0.5"), TestCase("0.5,0.5/0.2"), TestCase("0.5/0"), TestCase("0.5/-1"), TestCase("NaN/1"), TestCase("1/1/1")]
    public void AnythingElseIsRefused(string text) => Assert.That(() => PixelNames.Expand(text),
        Throws.InstanceOf<InputException>().With.Message.Contains($"one of plain, imagenet, cifar10, MEAN,.../DEVIATION,...").And.Message.Contains($"found '{text}'"));

    [Test]
    public void T6_ModelsForColourStandardizeAndThoseForDigitsDoNot()
    {
        foreach (Architecture architecture in Architectures.All.Where(architecture => architecture.Input.Rank == 3))
            Assert.That(architecture.Scaling().Channels, Has.Count.EqualTo(architecture.Input[0] == 3 ? 3 : 0), architecture.Name);
    }

    [Test]
    public void ARunOfBeforeKeepsItsRangeForAllChannels()
    {
        Architecture model = Architectures.Find("convnetjs-cifar10");
        PixelScaling before = model.Scaling(pixels: null);
        Assert.That((before.Channels.Count, before.Low, before.High), Is.EqualTo((0, model.Recipe.Low, model.Recipe.High)));
    }

    [Test]
    public void NumbersForOtherChannelsAreRefused() => Assert.That(() => Architectures.Find("lenet5").Scaling(Recipe.ImageNet),
        Throws.InstanceOf<InputException>().With.Message.Contains("lenet5: expected a mean and a deviation for 1 channels").And.Message.Contains("for 3."));
}
