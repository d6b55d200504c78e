using NUnit.Framework;
using RefNet.Benchmarks;
using RefNet.Benchmarks.Peers;
using RefNet.Benchmarks.Rows;

namespace RefNet.Tests.Benchmarks;

/// <summary>A comparison goes on when the process of a rival dies.</summary>
[TestFixture]
public sealed class SeatTests
{
    private const string Work = "gemm 4 5 6 False False";

    // A backend that there is not ends its process.
    private static readonly Rival Dying = new("A rival that dies", "nothing", RivalProgram.Benchmarks);

    [Test]
    public void ARivalThatDiesHasNoResult()
    {
        using Seat seat = new(Dying, threads: 1);
        for (int row = 0; row < 4; row++)
        {
            Assert.That(seat.Prepare(Work), Is.Null);
            Assert.That(seat.IsReady, Is.False);
            Assert.That(seat.Time(0.01), Is.Empty);
            Assert.That(seat.PeakMemory(), Is.NaN);
        }
    }

    [Test]
    public void ARivalThatCannotDoOneThingDoesTheNext()
    {
        Rival able = Rivals.RefNet with { Name = "Another" };
        using Seat seat = new(able, threads: 1);
        Assert.That(seat.Prepare("nonsense"), Is.Null);
        Assert.That(seat.Prepare(Work), Is.Not.Null);
        Assert.That(seat.Time(0.01), Is.Not.Empty);
    }

    [Test]
    public void ARivalThatIsLeftOutDoesTheNext()
    {
        using Seat seat = new(Rivals.RefNet with { Name = "Another" }, threads: 1);
        seat.Prepare(Work);
        seat.LeaveOut();
        Assert.That(seat.Time(0.01), Is.Empty);
        Assert.That(seat.Prepare(Work), Is.Not.Null);
        Assert.That(seat.Time(0.01), Is.Not.Empty);
    }

    [Test]
    public void WithoutRefNetThereIsNothingToCompareWith()
    {
        using Seat seat = new(Rivals.RefNet, threads: 1);
        Assert.That(() => seat.Prepare("nonsense"), Throws.TypeOf<RivalException>().With.Message.Contains("it died"));
    }

    [Test]
    public void AProgramThatIsMissingIsARivalThatDied() =>
        Assert.That(() => Dying.Start(new System.Diagnostics.ProcessStartInfo("/no/such/program")), Throws.TypeOf<RivalException>().With.Message.Contains("could not be started"));

    [Test]
    public void OnlyResultsThatThereAreAreCompared()
    {
        Row row = new("row", Work, Tolerance: 0.1);
        Rival[] rivals = [Rivals.RefNet, Dying, Rivals.MathNet];
        Assert.That(row.FindWrong(rivals, [[1], null, [1.05f]]), Is.Empty);
        Assert.That(() => row.FindWrong(rivals, [[1], null, [2]]), Throws.TypeOf<RivalException>().With.Message.Contains("Math.NET"));
    }

    [Test]
    public void WhatWasNotMeasuredIsNoNumber()
    {
        Assert.That(new Samples().Best, Is.NaN);
        Assert.That(new Samples().Median, Is.NaN);
        Assert.That(Format.Ratio(double.NaN), Is.Empty);
    }
}
