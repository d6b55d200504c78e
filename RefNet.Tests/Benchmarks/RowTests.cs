using NUnit.Framework;
using RefNet.Benchmarks.Peers;
using RefNet.Benchmarks.Rows;

namespace RefNet.Tests.Benchmarks;

/// <summary>Results are compared by their norms before anything is timed.</summary>
[TestFixture]
public sealed class RowTests
{
    private static readonly Rival[] rivals = [Rivals.RefNet, Rivals.MathNet, new("A third", "third", RivalProgram.Benchmarks)];

    private static readonly Row row = new("a row", "work", Tolerance: 0.1);

    [Test]
    public void TheDifferenceIsRelativeToTheNorm()
    {
        Assert.That(Row.RelativeDifference([3, 4], [3, 4]), Is.Zero);
        Assert.That(Row.RelativeDifference([3, 4.5f], [3, 4]), Is.EqualTo(0.1).Within(1e-12));
        Assert.That(Row.RelativeDifference([3000, 4500], [3000, 4000]), Is.EqualTo(0.1).Within(1e-12));
    }

    [Test]
    public void ZerosAreFarFromAnyResult() => Assert.That(Row.RelativeDifference([0, 0], [1e-6f, 0]), Is.EqualTo(1));

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void WhatIsNoNumberIsWrong(float found) => Assert.That(row.FindWrong(rivals, [[1], [found], [1]]), Is.EqualTo(new[] { 1 }));

    [Test]
    public void ResultsOfZerosAloneAreNone() =>
        Assert.That(() => row.FindWrong(rivals, [[0, 0], [0, 0], [0, 0]]), Throws.TypeOf<RivalException>());

    [Test]
    public void WhoDiffersAloneIsWrong()
    {
        Assert.That(row.FindWrong(rivals, [[1, 1], [1, 1.1f], [1, 1]]), Is.Empty);
        Assert.That(row.FindWrong(rivals, [[1, 1], [1, 1], [1, 2]]), Is.EqualTo(new[] { 2 }));
        Assert.That(row.FindWrong(rivals, [[1, 1], [1], [1, 1]]), Is.EqualTo(new[] { 1 }), "another number of results");
    }

    [Test]
    public void WhereNobodyAgreesThereIsNothingToTime() =>
        Assert.That(() => row.FindWrong(rivals, [[1, 1], [1, 2], [2, 1]]), Throws.TypeOf<RivalException>().With.Message.Contains("a row: Math.NET").And.Message.Contains("A third"));

    [Test]
    public void RandomResultsAreNotCompared() =>
        Assert.That((row with { Tolerance = double.PositiveInfinity }).FindWrong(rivals, [[1, 0], [0, 0], [0, 1]]), Is.Empty);
}
