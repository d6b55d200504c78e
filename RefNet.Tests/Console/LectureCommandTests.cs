using NUnit.Framework;
using RefNet.Console;
using RefNet.Lectures;
using RefNet.Tests.Lectures;

namespace RefNet.Tests.Console;

[TestFixture]
public sealed class LectureCommandTests
{
    // Few of them: ReplayTests runs all.
    [Test]
    public void WithoutARowEveryReplayHasALineAndTheLastOneCounts()
    {
        using StringWriter output = new();
        LectureCommand command = new(new Terminal(output, TextWriter.Null, isLive: false), () => [.. new[] { "X12", "X31", "X38", "Y1", "Y8" }.Select(id => Replays.Find(id)!)]);
        Assert.That(command.Parse([]).Invoke(), Is.Zero);
        string[] lines = output.ToString().TrimEnd().Split('\n');
        Assert.That(lines.Take(5).Select(line => line.Split(' ')[0]), Is.EqualTo(new[] { "X12", "X31", "X38", "Y1", "Y8" }));
        Assert.That(lines[0], Does.Match("^X12 +S3 +average pooling of the same image +the slide errs *$"));
        Assert.That(lines[^1], Does.StartWith("5 rows: 2 agree with the slide, 1 show where it errs, 1 need a remark, 1 are cited; ").And.EndsWith(" 0 rows failed."));
    }

    [Test]
    public void Y1_TheFlippedKernelIsShownWithItsSums()
    {
        Refnet.Result result = Refnet.Run("lecture", "Y1");
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Contain("y(0,0) = 1·0 + 0.5·80 + 0.25·20 + 0·40 = 45").And.Contains("y(0,1) = 1·80 + 0.5·40 + 0.25·40 + 0·0 = 110"));
        Assert.That(result.Output, Does.Contain("y: [45, 110, 40, 40], as the slide prints").And.Contains("Verdict: agrees."));
    }

    [Test]
    public void SeveralRowsInAnyCaseAreShownInTheOrderInWhichTheyWereAskedFor()
    {
        string output = Refnet.Run("lecture", "x12", "Y8", "x31").Output;
        Assert.That(output, Does.Match(@"(?s)^X12 \(S3\).*Why: .*the slide errs.*^?Y8 \(S3\).*Verdict: agrees\..*X31 \(S1\).*nothing to compute\."));
    }

    [TestCase("Z9", "There is no row 'Z9'; choose one of X1, X2, ")]
    [TestCase("lenet", "There is no row 'lenet'")]
    [TestCase("L3", "Row L3 has no replay: its code and tests are listed in docs/lectures.md.")]
    public void ARowThatCannotBeReplayedIsAMistakeInOneLine(string id, string message)
    {
        Refnet.Result result = Refnet.Run("lecture", "Y1", id);
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.StartWith("error: " + message));
        Assert.That(result.Error.TrimEnd(), Does.Not.Contain("\n"));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public void RowsAndTheIndexAtOnceAreAMistake() =>
        Assert.That(Refnet.Run("lecture", "Y1", "--markdown").Error, Does.StartWith("error: Expected either rows to replay or --markdown"));

    [TestCase(new string[0], "1 rows failed.")]
    [TestCase(new[] { "Y1" }, "Verdict: FAILED")]
    public void AReplayThatDoesNotComeOutEndsWithCode1(string[] ids, string part)
    {
        using StringWriter output = new();
        Terminal terminal = new(output, TextWriter.Null, isLive: false);
        LectureCommand command = new(terminal, () => [ReplayTests.Make(notes => notes.Slide("sum", 4, 5))]);
        Assert.That(command.Parse(ids).Invoke(), Is.EqualTo(1), $"{output}");
        Assert.That(output.ToString(), Does.Contain(part).And.Contains("FAILED"));
    }
}
