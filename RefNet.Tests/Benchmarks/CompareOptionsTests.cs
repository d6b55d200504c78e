using NUnit.Framework;
using RefNet.Benchmarks;
using RefNet.Benchmarks.Rows;

namespace RefNet.Tests.Benchmarks;

/// <summary>Which rows are measured.</summary>
[TestFixture]
public sealed class CompareOptionsTests
{
    private static readonly Row[] rows = [new("square 64", "work", 0), new("square 512", "work", 0, IsQuick: true), new("long", "work", 0)];

    [Test]
    public void AllRowsAreMeasured() => Assert.That(Chosen(), Is.EqualTo(new[] { "square 64", "square 512", "long" }));

    [Test]
    public void OnlyChoosesByName() => Assert.That(Chosen("--only", "SQUARE"), Is.EqualTo(new[] { "square 64", "square 512" }));

    [Test]
    public void QuickTakesSomeAndCountsTheOthers()
    {
        Assert.That(Chosen("--quick"), Is.EqualTo(new[] { "square 512" }));
        Assert.That(CompareOptions.Parse(["--quick"]).LeavesOut(rows), Is.EqualTo(2));
        Assert.That(CompareOptions.Parse([]).LeavesOut(rows), Is.Zero);
    }

    [Test]
    public void QuickLeavesOutNoneThatIsNamed()
    {
        Assert.That(Chosen("--quick", "--only", "square"), Is.EqualTo(new[] { "square 64", "square 512" }));
        Assert.That(CompareOptions.Parse(["--quick", "--only", "square"]).LeavesOut(rows), Is.Zero);
    }

    private static IEnumerable<string> Chosen(params string[] arguments) => rows.Where(CompareOptions.Parse(arguments).Chooses).Select(row => row.Label);
}
