using NUnit.Framework;
using RefNet.Console;

namespace RefNet.Tests.Console;

/// <summary>Where numbers stand on an axis, and what is written beside it.</summary>
[TestFixture]
public sealed class ChartAxisTests
{
    [TestCase(new[] { 0.1, 0.55 }, new[] { 0, 0.2, 0.4, 0.6 })]
    [TestCase(new[] { 3.0, 3.0 }, new[] { 0.0, 1, 2, 3 })]
    [TestCase(new[] { -1.5, 2 }, new[] { -2.0, -1, 0, 1, 2 })]
    [TestCase(new[] { 0.0 }, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [TestCase(new[] { 0.007, 0.3 }, new[] { 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5 })]
    [TestCase(new[] { 1e-5, 3 }, new[] { 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1 })]
    public void TicksAreRoundAndHoldTheNumbers(double[] numbers, double[] ticks)
    {
        ChartAxis axis = Cultures.WithCommas(() => ChartAxis.Of(numbers));
        Assert.That(axis.Ticks, Is.EqualTo(ticks));
        Assert.That(numbers.Select(axis.Place), Is.All.InRange(0, 1));
    }

    [TestCase(1, new[] { 1.0 }), TestCase(3, new[] { 1.0, 2, 3 }), TestCase(20, new[] { 1.0, 5, 10, 15, 20 })]
    public void EpochsAreWhole(int epochs, double[] ticks) => Assert.That(ChartAxis.OfEpochs(epochs).Ticks, Is.EqualTo(ticks));

    [Test]
    public void NothingHasAnAxisToo() => Assert.That(ChartAxis.Of([]).Ticks, Is.Not.Empty);
}
