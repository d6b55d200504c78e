using NUnit.Framework;
using RefNet.Backends.Simd;

namespace RefNet.Tests.Backends.Threads;

/// <summary>Borders of parts cover a range once, in whole units.</summary>
[TestFixture]
public sealed class EqualPartsTests
{
    [TestCase(1, 10, 1)]
    [TestCase(3, 10, 1)]
    [TestCase(16, 5, 1)] // more parts than there is to divide: some are empty
    [TestCase(4, 100, 8)]
    [TestCase(3, 0, 8)]
    [TestCase(7, int.MaxValue, 1)] // the products in between are larger than an int
    public void PartsCoverTheRangeAndDifferByAUnitAtMost(int parts, int count, int unit)
    {
        int[] borders = [.. Enumerable.Range(0, parts + 1).Select(part => EqualParts.Border(part, parts, count, unit))];

        Assert.That((borders[0], borders[^1]), Is.EqualTo((0, count)), "the first border and the last");
        Assert.That(borders.SkipLast(1).Select(border => border == count ? 0 : border % unit), Is.All.Zero, "borders within a unit");
        long[] sizes = [.. borders.Zip(borders.Skip(1), (start, end) => ((long)end - start + unit - 1) / unit)];
        Assert.That(sizes.Max() - sizes.Min(), Is.LessThanOrEqualTo(1), $"sizes in units: {string.Join(", ", sizes)}");
    }
}
