using NUnit.Framework;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

[TestFixture]
public sealed class RateRangeTests
{
    private static readonly RunOptions Options = RunOptions.Of(Architectures.Find("mlp")) with { BatchSize = 4, Validation = 20 };

    [Test]
    public void RatesGrowByTheSameFactorOverTheWholeRange()
    {
        RateRange range = RateRange.Follow(Enumerable.Repeat(1.0, 8), count: 8);
        Assert.That(range.HasDiverged, Is.False);
        Assert.That(range.Steps.Select(step => step.Rate), Is.EqualTo(Enumerable.Range(-6, 8).Select(exponent => Math.Pow(10, exponent))).Within(1e-12).Percent);
        Assert.That(range.Steps.Select(step => step.Smoothed), Is.All.EqualTo(1).Within(1e-12));
        Assert.That(RateRange.Follow([1], count: 1).Steps.Single().Rate, Is.EqualTo(1e-6));
    }

    // Smoothed: 4, (0.9 4 + 2) / 1.9, ...; the fourth is the smallest, and the sixth, about 2.6, is far from four times it.
    [Test]
    public void ATenthOfTheRateOfTheSmallestSmoothedLossIsSuggested()
    {
        RateRange range = RateRange.Follow([4, 2, 1, 0.5, 5, 5, 5, 5], count: 8);
        Assert.That(range.Steps[1].Smoothed, Is.EqualTo((0.9 * 4 + 2) / 1.9).Within(1e-15));
        Assert.That(range.Suggestion, Is.EqualTo(1e-4).Within(1e-12).Percent, "the fourth rate is 1e-3");
        Assert.That(RateRange.Follow([1, 2, 3], count: 3).Suggestion, Is.Null);
        Assert.That(RateRange.Follow([double.NaN], count: 3).Suggestion, Is.Null);
    }

    [TestCase(double.NaN), TestCase(double.PositiveInfinity), TestCase(1000)]
    public void ItEndsWhereTheLossDivergesAndAsksForNoMore(double loss)
    {
        int asked = 0;
        RateRange range = RateRange.Follow(new[] { 1, 1, loss, 1, 1 }.Select(value => (asked++, value).value), count: 5);
        Assert.That(range.HasDiverged, Is.True);
        Assert.That(asked, Is.EqualTo(3));
        Assert.That(range.Steps.Select(step => step.Loss), Has.None.NaN.And.None.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void OnRealStepsTheLossFallsAndThenDivergesTheSameEachTime()
    {
        RateRange range = RateRange.Test(Options, SyntheticData.Create()), again = RateRange.Test(Options, SyntheticData.Create());
        Assert.That(range.HasDiverged, Is.True, "a rate of 10 destroys any network of ReLUs");
        Assert.That(range.Steps, Has.Count.LessThanOrEqualTo(70), "an epoch of 280 images in batches of 4");
        Assert.That(range.Suggestion, Is.InRange(1e-4, 0.1));
        Assert.That(range.Steps, Is.EqualTo(again.Steps));
    }

    [Test]
    public void ItCanBeStopped() => Assert.That(() => RateRange.Test(Options, SyntheticData.Create(), cancellation: new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
}
