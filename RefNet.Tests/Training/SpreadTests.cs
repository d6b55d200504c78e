using NUnit.Framework;
using RefNet.Training;

namespace RefNet.Tests.Training;

[TestFixture]
public sealed class SpreadTests
{
    // Σ (x - 3)² / 4 = 2.5, and tables give t = 2.776445 for 4 degrees of freedom.
    [Test]
    public void T15_MeanDeviationAndStudentsInterval()
    {
        Spread spread = Spread.Of([5, 1, 4, 2, 3]);
        Assert.That((spread.Count, spread.Mean), Is.EqualTo((5, 3.0)));
        Assert.That(spread.Deviation, Is.EqualTo(Math.Sqrt(2.5)).Within(1e-15));
        Assert.That(spread.Margin, Is.EqualTo(2.776445 * Math.Sqrt(2.5 / 5)).Within(1e-6));
    }

    // t = 12.7062 for one degree of freedom: two runs say next to nothing.
    [Test]
    public void T15_TwoNumbersHaveAWideInterval() => Assert.That(Spread.Of([1, 2]).Margin, Is.EqualTo(12.7062 * 0.5).Within(1e-4));

    [Test]
    public void OneNumberHasNoSpread()
    {
        Assert.That(Spread.Of([7]), Is.EqualTo(new Spread(1, 7, double.NaN, double.NaN)));
        Assert.That(() => Spread.Of([]), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
