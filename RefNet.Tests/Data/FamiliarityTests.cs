using NUnit.Framework;
using RefNet.Data;

namespace RefNet.Tests.Data;

[TestFixture]
public sealed class FamiliarityTests
{
    // Class 0: 100 images of one pixel each that is as bright as their number, twice; class 1: fewer than tell what is usual.
    private static readonly Familiarity Small = new(new ImageSet(
        (byte[])[.. Enumerable.Range(0, 200).Select(n => (byte)(n / 2)), 200, 210], (byte[])[.. Enumerable.Repeat((byte)0, 200), 1, 1], rows: 1, columns: 1, classNames: ["a", "b", "c"]));

    private static readonly Lazy<ImageSet> Digits = new(() => Mnist.Load(DataFolder.Mnist).Training);

    private static readonly Lazy<Familiarity> OfDigits = new(() => new Familiarity(Digits.Value.Take(20_000)));

    [Test]
    public void TheDistanceIsThatToTheNearestOfTheClass()
    {
        Assert.That(Small.Distance(new GreyImage([199], 1, 1), 0), Is.EqualTo(100 / 255.0).Within(1e-6));
        Assert.That(Small.Distance(new GreyImage([199], 1, 1), 1), Is.EqualTo(1 / 255.0).Within(1e-6));
        Assert.That(Small.Distance(new GreyImage([199], 1, 1), 2), Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void WhatIsUsualIsToldByTheOthersOfTheClass()
    {
        Assert.That(Small.Usual(0), Is.Zero, "each has a twin");
        Assert.That(Small.Usual(1), Is.Null);
        Assert.That(Small.Usual(2), Is.Null);
        Assert.That((Small.Fits(1, 1), Small.Fits(28, 28)), Is.EqualTo((true, false)));
    }

    // Most comparisons are left out; the result is that of all of them.
    [TestCase(100), TestCase(299), TestCase(450)]
    public void WhatIsUsualIsTheDistanceThatOneInAHundredExceeds(int count)
    {
        byte[] pixels = new byte[count * 12];
        new Random(count).NextBytes(pixels);
        ImageSet images = new(pixels, new byte[count], rows: 4, columns: 3, classNames: ["a"]);
        int compared = Math.Min(count, 300);
        double[] nearest = [.. Enumerable.Range(0, compared).Select(i => i * count / compared).Select(NearestOther).Order()];
        Assert.That(new Familiarity(images).Usual(0), Is.EqualTo(nearest.First(distance => nearest.Count(other => other <= distance) >= 0.99 * compared)).Within(1e-12));

        double NearestOther(int n) => Enumerable.Range(0, count).Where(other => other != n).Min(other =>
            Math.Sqrt(Enumerable.Range(0, 12).Sum(i => Math.Pow((pixels[12 * n + i] - pixels[12 * other + i]) / 255.0, 2))));
    }

    [Test]
    public void OtherDigitsAreUsual()
    {
        int unusual = Enumerable.Range(20_000, 500).Count(n => OfDigits.Value.Distance(Image(n), Digits.Value.Labels[n]) > OfDigits.Value.Usual(Digits.Value.Labels[n]));
        // One of a hundred by definition; three standard deviations of 500 draws above it are 12, and the threshold itself is drawn from 300.
        Assert.That(unusual, Is.LessThanOrEqualTo(15));
    }

    [Test]
    public void NoiseAndADigitUpsideDownAreNot()
    {
        byte[] noise = new byte[784];
        new Random(1).NextBytes(noise);
        byte[] turned = [.. Digits.Value.Pixels(2)];
        Array.Reverse(turned);
        Assert.That(Digits.Value.Labels[2], Is.EqualTo(4));
        Assert.That(OfDigits.Value.Distance(new GreyImage(noise, 28, 28), 8), Is.GreaterThan(1.5 * OfDigits.Value.Usual(8)!.Value));
        Assert.That(OfDigits.Value.Distance(new GreyImage(turned, 28, 28), 4), Is.GreaterThan(OfDigits.Value.Usual(4)!.Value));
    }

    private static GreyImage Image(int n) => new(Digits.Value.Pixels(n).ToArray(), 28, 28);
}
