using NUnit.Framework;
using RefNet.Randomness;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>What a histogram counts, and what it says of the numbers.</summary>
[TestFixture]
public sealed class HistogramTests
{
    // Bins of width 1 from 0 to 20: edges belong to the bin above, 20 to the last.
    [Test]
    public void NumbersByHand()
    {
        Histogram histogram = Histogram.Of([0, 0.5f, 1, 7, 19.9f, 20, float.NaN, float.PositiveInfinity]);
        Assert.That((histogram.Low, histogram.High, histogram.Total), Is.EqualTo((0f, 20f, 6L)));
        Assert.That(histogram.Counts, Is.EqualTo(new[] { 2, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 }));
    }

    [Test]
    public void EveryNumberIsCountedOnceBetweenTheEdgesOfItsBin([Range(1, 20)] int seed)
    {
        Random random = Seeds.Create(seed);
        float scale = MathF.Pow(10, random.Next(-30, 30)), shift = random.Next(2) * 5;
        float[] numbers = [.. Enumerable.Range(0, random.Next(1, 400)).Select(_ => scale * (shift + random.NextSingle() - 0.5f))];
        Histogram histogram = Histogram.Of(numbers);
        Assert.That(histogram.Total, Is.EqualTo(numbers.Length));
        Assert.That((histogram.Low, histogram.High), Is.EqualTo((numbers.Min(), numbers.Max())));
        double width = ((double)histogram.High - histogram.Low) / Histogram.Bins;
        for (int bin = 1; bin < Histogram.Bins; bin++)
        {
            // A number within a rounding of an edge may fall to either side.
            double edge = histogram.Low + bin * width, slack = 1e-12 * width + 1e-15 * Math.Abs(edge);
            int below = histogram.Counts.Take(bin).Sum();
            Assert.That(below, Is.InRange(numbers.Count(number => number < edge - slack), numbers.Count(number => number < edge + slack)), $"below the edge {bin}");
        }

        foreach (double share in new[] { 0, 0.05, 0.25, 0.5, 0.75, 0.95, 1 })
        {
            // The number at that place lies in the same bin, or at its edge.
            float[] sorted = [.. numbers.Order()];
            float at = sorted[Math.Clamp((int)Math.Ceiling(share * numbers.Length) - 1, 0, numbers.Length - 1)];
            Assert.That(histogram.Quantile(share), Is.EqualTo(at).Within(width * (1 + 1e-9)), $"{share}");
        }
    }

    [Test]
    public void EqualNumbersAndNoneHaveNoWidth()
    {
        Histogram equal = Histogram.Of([3, 3, 3]);
        Assert.That((equal.Low, equal.High, equal.Counts[0], equal.Total), Is.EqualTo((3f, 3f, 3, 3L)));
        Assert.That(equal.Quantile(0.5), Is.EqualTo(3));
        Histogram none = Histogram.Of([float.NaN]);
        Assert.That((none.Low, none.High, none.Total, none.Quantile(0.5)), Is.EqualTo((0f, 0f, 0L, 0.0)));
    }
}
