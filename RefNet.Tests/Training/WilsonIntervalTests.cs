using NUnit.Framework;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>The interval of a rate.</summary>
[TestFixture]
public sealed class WilsonIntervalTests
{
    // Its ends are the rates p0 at which the count is just 1.96 standard deviations √(p0 (1 - p0)/n) away: Wilson's definition.
    [Test]
    public void AtItsEndsTheCountIsZDeviationsAway([Values(1, 7, 90, 500)] int count)
    {
        const int Trials = 1000;
        WilsonInterval interval = WilsonInterval.Of(count, Trials);
        double p = (double)count / Trials;
        Assert.That(Deviations(interval.Low), Is.EqualTo(1.959963984540054).Within(1e-9));
        Assert.That(Deviations(interval.High), Is.EqualTo(-1.959963984540054).Within(1e-9));

        double Deviations(double rate) => (p - rate) / Math.Sqrt(rate * (1 - rate) / Trials);
    }

    [Test]
    public void ItStaysWithinZeroAndOne()
    {
        Assert.That(WilsonInterval.Of(0, 10).Low, Is.Zero);
        Assert.That(WilsonInterval.Of(10, 10).High, Is.EqualTo(1));
        Assert.That(WilsonInterval.Of(0, 10).High, Is.EqualTo(0.27753279).Within(1e-8), "3.84/(10 + 3.84)");
        Assert.That(() => WilsonInterval.Of(11, 10), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
