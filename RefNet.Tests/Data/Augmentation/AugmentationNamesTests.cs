using NUnit.Framework;
using RefNet.Data.Augmentation;

namespace RefNet.Tests.Data.Augmentation;

/// <summary>The names that commands and runs use.</summary>
[TestFixture]
public sealed class AugmentationNamesTests
{
    [Test]
    public void EachNameMakesATransformWhoseTextIsTheName()
    {
        foreach ((string usage, string example, string effect) in AugmentationNames.All)
        {
            Assert.That($"{AugmentationNames.Create(example)}", Is.EqualTo(example));
            Assert.That(example.Split(':')[0], Is.EqualTo(usage.Split(':')[0]));
            Assert.That(effect, Is.Not.Empty);
        }
    }

    [Test]
    public void ASetIsReplacedByWhatItStandsFor()
    {
        foreach ((string name, string transforms) in AugmentationNames.Sets)
        {
            Assert.That($"{AugmentationNames.Create(name)}", Is.EqualTo(transforms));
            Assert.That($"{AugmentationNames.Create(transforms)}", Is.EqualTo(transforms));
        }

        Assert.That($"{AugmentationNames.Create("noise:0.1,cifar")}", Is.EqualTo("noise:0.1,crop:4,flip"));
        Assert.That(AugmentationNames.Sets.Single(set => set.Name == "digits").Transforms, Does.Not.Contain("flip"), "a 2 that is flipped is none");
    }

    [Test]
    public void NumbersHavePointsEverywhere() => Assert.That(Cultures.WithCommas(() => $"{AugmentationNames.Create("shift:1.5")}"), Is.EqualTo("shift:1.5"));

    [TestCase("shfit:2", "Expected an augmentation, one of digits, cifar, shift:PIXELS, *; found 'shfit:2'. Did you mean shift?")]
    [TestCase("", "*; found ''.")]
    [TestCase("flip,", "*; found ''.")]
    [TestCase("shift", "Expected the augmentation shift:PIXELS, with a number in place of each word in capitals; found 'shift'.")]
    [TestCase("shift:1:2", "*shift:PIXELS, with a number in place of each word in capitals; found 'shift:1:2'.")]
    [TestCase("shift:two", "*; found 'shift:two'.")]
    [TestCase("flip:1", "Expected the augmentation flip, with*; found 'flip:1'.")]
    [TestCase("shift:-1", "Expected the augmentation shift:PIXELS with numbers in range; found 'shift:-1': The shift in pixels must be from 0 to 1000, found -1.")]
    [TestCase("shift:NaN", "*The shift in pixels must be from 0 to 1000, found NaN.")]
    [TestCase("crop:1.5", "*: The padding in pixels must be a whole number, found 1.5.")]
    [TestCase("rotate:400", "*: The angle in degrees must be from 0 to 360, found 400.")]
    [TestCase("scale:1.2:0.8", "*: The largest factor must be from 1.2 to 10, found 0.8.")]
    [TestCase("scale:0:1", "*: The least factor must be from 0.1 to 10, found 0.")]
    [TestCase("elastic:34:0", "*: The smoothness σ in pixels must be from 0.5 to 100, found 0.")]
    [TestCase("noise:2", "*: The deviation must be from 0 to 1, found 2.")]
    [TestCase("cutout:1e9", "*: The side in pixels must be from 0 to 1000, found 1000000000.")]
    public void AMistakeIsExplained(string text, string message) => Assert.That(
        () => AugmentationNames.Create(text),
        Throws.TypeOf<InputException>().With.Message.Matches("^" + string.Join(".*", message.Split('*').Select(System.Text.RegularExpressions.Regex.Escape)) + "$"));
}
