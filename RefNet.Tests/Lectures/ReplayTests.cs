using NUnit.Framework;
using RefNet.Console;
using RefNet.Lectures;

namespace RefNet.Tests.Lectures;

/// <summary>Replays pass, and one with a comparison that fails does not.</summary>
[TestFixture]
public sealed class ReplayTests
{
    public static IEnumerable<TestCaseData> All => Replays.All.Select(replay => new TestCaseData(replay).SetArgDisplayNames(replay.Id));

    [TestCaseSource(nameof(All))]
    public void EachReplayComesOut(Replay replay)
    {
        ReplayResult result = replay.Run();
        Assert.That(result.Passed, Is.True, string.Join('\n', result.Lines.Select(line => line.Text)));
        Assert.That(result.Lines.Any(line => line.CameOut is not null), Is.Not.EqualTo(replay.IsCitation), "a citation computes nothing, everything else compares something");
        Assert.That(replay.Why is not null, Is.EqualTo(replay.Id[0] == 'X' || replay.IsCitation), "an erratum needs a reason");
    }

    [Test]
    public void ReplaysAreOrderedRowsOfTheIndex()
    {
        IEnumerable<string> ids = Replays.All.Select(replay => replay.Id);
        IEnumerable<string> rows = LectureIndex.Rows(File.ReadAllText(Path.Combine(Repository.Root, LectureIndex.File)));
        Assert.That(ids, Is.EqualTo(rows.Where(row => row[0] is 'X' or 'Y')), "docs/lectures.md and the replays have the same rows X and Y, in the same order");
    }

    [Test]
    public void X31_X33_X34_X35_X41_Y25_AreCitedOnly()
    {
        Assert.That(Replays.All.Where(replay => replay.IsCitation).Select(replay => replay.Id), Is.EqualTo(new[] { "X31", "X33", "X34", "X35", "X41", "Y25" }));
        Assert.That(Replays.Find("x31")!.Run().Verdict, Is.EqualTo("cited"));
    }

    [Test]
    public void AComparisonThatDoesNotComeOutFailsTheReplay()
    {
        Action<Notes>[] wrong =
        [
            notes => notes.Slide("sum", 4, 5), notes => notes.Slide("share", 0.5, 0.6, within: 0.01), notes => notes.Slide("share", 0.5, double.NaN, within: 0.01),
            notes => notes.Right("list", (double[])[1, 2], (double[])[1, 3]), notes => notes.Right("list", (double[])[1, 2], (double[])[1]),
            notes => notes.Right("share", 0.5, 0.6, within: 0.01), notes => notes.Holds("law", false),
            notes => notes.Wrong("sum", 4, 4), notes => notes.Wrong("share", 0.5, 0.5 + 1e-9, within: 0.01),
            notes => notes.Other("list", (double[])[1, 2], (double[])[1, 2]), notes => notes.Other("share", 0.5, 0.5, within: 0.01),
            notes => notes.Line("nothing is compared"), notes => throw new InputException("a layer refused"),
        ];
        foreach (Action<Notes> compute in wrong)
        {
            ReplayResult result = Make(compute).Run();
            Assert.That(result.Passed, Is.False, result.Lines[0].Text);
            Assert.That(result.Verdict, Is.EqualTo("FAILED"));
            Assert.That(Make(notes => { notes.Slide("sum", 4, 4); compute(notes); }).Run().Passed, Is.EqualTo(result.Lines[0].CameOut is null), "one line that is wrong is enough");
        }
    }

    [Test]
    public void WhatAgreesAndWhatDiffersIsSaid()
    {
        ReplayResult result = Make(notes =>
        {
            notes.Slide("sum", 1_000, 1_000);
            notes.Slide("share", 0.5, 0.504, within: 0.01);
            notes.Wrong("sum", 4, 5);
            notes.Right("list", (double[])[1, 2.5], (double[])[1, 2.5]);
        }).Run();
        Assert.That(result.Lines.Select(line => line.Text), Is.EqualTo(new[]
        {
            "sum: 1,000, as the slide prints", "share: 0.504; the slide prints 0.5: agrees", "sum: 5; the slide has 4: differs", "list: [1, 2.5], correct",
        }));
        Assert.That(result.Verdict, Is.EqualTo("agrees"));
    }

    internal static Replay Make(Action<Notes> compute, string? why = null) => new("Y1", "S1", "title", "slide", why, compute);
}
