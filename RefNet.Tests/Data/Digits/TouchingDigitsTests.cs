using NUnit.Framework;
using RefNet.Data;
using RefNet.Data.Digits;

namespace RefNet.Tests.Data.Digits;

[TestFixture]
public sealed class TouchingDigitsTests
{
    // Two rings with a bar between them.
    [Test]
    public void TheCutThatCrossesTheLeastInkComesFirst()
    {
        DigitReading reading = Rings(200, touching: true);
        Assert.That(reading.Digits, Has.Count.EqualTo(1));
        (FoundDigit left, FoundDigit right) = reading.Cuts(reading.Digits[0]).First();
        Assert.That(new[] { left.Box.Columns, right.Box.Columns }, Is.All.InRange(88, 124), "a ring of 90 columns, and some of the bar's 30");
        Assert.That(left.Box.Left + left.Box.Columns, Is.EqualTo(right.Box.Left).Within(8));
        DigitReading cut = reading.With([left, right]);
        Assert.That(cut.Digits, Has.Count.EqualTo(2));
        Assert.That(ContactSheet.Draw([cut]).Columns, Is.GreaterThan(ContactSheet.Draw([reading]).Columns));
    }

    [Test]
    public void EveryPixelGoesToOneOfTheHalves()
    {
        DigitReading reading = Rings(200, touching: true);
        foreach ((FoundDigit left, FoundDigit right) in reading.Cuts(reading.Digits[0]))
            Assert.That(left.Part!.Pixels.Concat(right.Part!.Pixels), Is.EquivalentTo(reading.Digits[0].Part!.Pixels));
    }

    [Test]
    public void WhatIsHigherThanWideIsNotCut()
    {
        DigitReading reading = Rings(200, touching: false);
        Assert.That(reading.Digits, Has.Count.EqualTo(2));
        Assert.That(reading.Digits.SelectMany(reading.Cuts), Is.Empty);
    }

    [Test]
    public void AnImageOfMnistIsNotCut()
    {
        DigitReading reading = DigitReader.Read(new GreyImage(Mnist.Load(DataFolder.Mnist).Training.Pixels(0).ToArray(), 28, 28));
        Assert.That(reading.Cuts(reading.Digits[0]), Is.Empty);
    }

    private static DigitReading Rings(int rows, bool touching)
    {
        Sheet sheet = new(rows, 2 * rows);
        Point[] Ring(double x) => [.. Enumerable.Range(0, 41).Select(i => new Point(x + 0.2 * Math.Cos(i * Math.PI / 20), 0.5 + 0.3 * Math.Sin(i * Math.PI / 20)))];
        sheet.Draw(touching ? [Ring(0.4), Ring(1), [new(0.6, 0.5), new(0.8, 0.5)]] : [Ring(0.4), Ring(1)], top: 0, left: 0, side: rows, pen: 10);
        return DigitReader.Read(sheet.Photograph());
    }
}
