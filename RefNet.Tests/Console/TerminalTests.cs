using System.Text;
using NUnit.Framework;
using RefNet.Console;
using RefNet.Training;
using Spectre.Console;

namespace RefNet.Tests.Console;

/// <summary>What reaches a terminal, live or plain, by each of its ways; and terminals that take nothing.</summary>
[TestFixture]
public sealed class TerminalTests
{
    private const string Hostile = "x\u001b]0;title\u0007\u001b[2J\u009b2J\u202ey";
    private const string Shown = "x\\u001B]0;title\\u0007\\u001B[2J\\u009B2J\\u202Ey";

    [Test]
    public void NoTextIsObeyed([Values] bool isLive, [Values("line", "table", "bar", "line above a bar", "error", "error writer", "help")] string way)
    {
        StringWriter output = new(), error = new();
        Terminal terminal = new(output, error, isLive, width: 200);
        switch (way)
        {
            case "line":
                terminal.WriteLine(Hostile);
                break;
            case "table":
                Table table = Terminal.Table("name", Hostile);
                Terminal.AddRow(table, Hostile, "1");
                terminal.Write(table);
                break;
            case "bar":
                terminal.ShowBars(context => Show(context, () => { }));
                break;
            case "line above a bar":
                terminal.ShowBars(context => Show(context, () => terminal.WriteLine(Hostile)));
                break;
            case "error":
                terminal.WriteError(Hostile);
                break;
            case "error writer":
                foreach (char letter in Hostile)
                    terminal.Error.Write(letter);
                terminal.Error.WriteLine(Hostile);
                terminal.Error.Write(Hostile.ToCharArray());
                break;
            default:
                terminal.Invocation.Output.Write(Hostile);
                break;
        }

        string written = $"{output}{error}";
        foreach (string sequence in new[] { "\u001b]", "\u0007", "\u001b[2J\\", "\u001b[2Jy", "\u009b", "\u202e" })
            Assert.That(written.Contains(sequence, StringComparison.Ordinal), Is.False, written);
        if (isLive || way != "bar")
            Assert.That(written, Does.Contain(Shown));
    }

    [Test]
    public void AnErrorIsOneLine()
    {
        StringWriter error = new();
        new Terminal(new StringWriter(), error, isLive: false).WriteError("a\nerror: b");
        Assert.That(error.ToString(), Is.EqualTo($"error: a error: b{Environment.NewLine}"));
    }

    [Test]
    public void NoNameBeginsALineOfItsOwn([Values] bool isLive)
    {
        StringWriter output = new();
        Terminal terminal = new(output, new StringWriter(), isLive, width: 200);
        terminal.WriteLine("run folder: a\nTest error: 0.00 %\u2028b\u0085c\rd");
        Assert.That(output.ToString(), Does.Contain("run folder: a Test error: 0.00 % b c d"));
        terminal.WriteText("one\ntwo");
        Assert.That(output.ToString().ReplaceLineEndings("\n"), Does.Contain("one\ntwo\n"));
    }

    [Test]
    public void LongPlainLinesAreNotWrapped()
    {
        StringWriter output = new();
        new Terminal(output, new StringWriter(), isLive: false).WriteLine(new string('x', 5000));
        Assert.That(output.ToString().TrimEnd(), Is.EqualTo(new string('x', 5000)));
    }

    [Test]
    public void ATerminalThatTakesNothingEndsNothing([Values] bool isLive)
    {
        Terminal terminal = new(new FullDisk(), new FullDisk(), isLive);
        Assert.That(terminal.HasLostText, Is.False);
        terminal.WriteLine("x");
        terminal.WriteError("x");
        Assert.That(terminal.ShowBars(context => Show(context, () => terminal.WriteLine("x"))), Is.EqualTo(1));
        terminal.Plain().WriteLine("x");
        Assert.That(terminal.HasLostText, Is.True);
    }

    [Test]
    public void ResultsThatAreNotShownAreAFailureButTrainingIsNot()
    {
        Terminal full = new(new FullDisk(), new FullDisk(), isLive: false);
        Assert.That(Host.Run(["summary", "mlp"], full, default), Is.EqualTo(Host.Failed));
        Assert.That(Host.Run(["summary", "mpl"], full, default), Is.EqualTo(Host.BadInput));
    }

    // An epoch's line is as wide as the terminal or narrower, and what is left out comes back where there is room.
    [Test]
    public void TheLineOfAnEpochFitsIntoTheTerminal([Range(31, 100)] int width)
    {
        StringWriter output = new();
        EpochLines lines = new(new Terminal(output, new StringWriter(), isLive: true, width: width), epochs: 100);
        lines.EpochDone(new EpochRecord(7, 12.3456, 0.5, 11.2345, 0.1234, 8.197e-5, 3599), isBest: true);
        string[] written = [.. output.ToString().Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)];
        Assert.That(written, Has.Length.EqualTo(2), "a header and a line, neither wrapped");
        Assert.That(written.Select(line => line.Length), Is.All.LessThanOrEqualTo(width));
        Assert.That(written[1], Does.StartWith("  7/100").And.Contains("12.34 %").And.EndsWith("best"));
        Assert.That(written[1].Contains("59:59", StringComparison.Ordinal), Is.EqualTo(width >= 40));
        Assert.That(written[1].Contains("11.2345", StringComparison.Ordinal), Is.EqualTo(width >= 57));
        Assert.That(written[1].Contains("12.3456", StringComparison.Ordinal), Is.EqualTo(width >= 72));
        Assert.That(written[1].Contains("8.197E-05", StringComparison.Ordinal), Is.EqualTo(width >= 87));
    }

    [Test]
    public void TheBarFitsIntoTheTerminal([Range(30, 110, 10)] int width)
    {
        StringWriter output = new();
        Terminal terminal = new(output, new StringWriter(), isLive: true, width: width);
        terminal.ShowBars(context =>
        {
            EpochBar bar = new(context, terminal, new EpochLines(terminal, 100), 100);
            bar.StepDone(new EpochProgress(7, 12_345, 55_000, 12.3456, 0.9876, TimeSpan.FromSeconds(1.5)));
            return 0;
        });
        string[] bars = [.. Plain(output.ToString()).Split('\n', '\r').Where(line => line.Contains('━', StringComparison.Ordinal))];
        Assert.That(bars, Is.Not.Empty);
        Assert.That(bars.Select(line => line.TrimEnd().Length), Is.All.LessThanOrEqualTo(width));
        Assert.That(bars, Is.All.Contains("epoch 7/100"), "the text stands beside the bar");
        Assert.That(bars[0].Contains("8,230 images/s", StringComparison.Ordinal), Is.EqualTo(width >= 90));
    }

    // Some programs run others in a terminal of no size.
    [Test]
    public void AWindowOfNoSizeIsDrawnIn()
    {
        StringWriter output = new();
        Terminal terminal = new(output, new StringWriter(), isLive: true);
        Assert.That(terminal.Width, Is.GreaterThanOrEqualTo(24));
        Assert.That(terminal.ShowBars(context => Show(context, () => terminal.WriteLine("above"))), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("above").And.Contain("━"));
    }

    private static int Show(ProgressContext context, Action then)
    {
        context.AddTask(Markup.Escape(Hostile), maxValue: 2).Value = 1;
        context.Refresh();
        then();
        return 1;
    }

    private static string Plain(string text) => System.Text.RegularExpressions.Regex.Replace(text, "\u001b\\[[0-9;?]*[A-Za-z]", "");

    private sealed class FullDisk : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");
    }
}
