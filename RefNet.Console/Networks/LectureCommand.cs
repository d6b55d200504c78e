using System.CommandLine;
using System.CommandLine.Parsing;
using RefNet.Lectures;

namespace RefNet.Console;

/// <summary>refnet lecture: recomputes the lectures' worked examples and errata, or writes the index of their rows.</summary>
internal sealed class LectureCommand : Command
{
    private const int Width = 110;

    private readonly Terminal terminal;
    private readonly Func<IReadOnlyList<Replay>> findReplays;

    private readonly Argument<string[]> ids = new("ID")
    {
        Description = "Rows of docs/lectures.md, such as X1 Y24; without any, one line for each row that can be replayed.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> markdown = new("--markdown")
    {
        Description = $"Write the code and tests of each row into {LectureIndex.File}; run it in a checkout.",
    };

    public LectureCommand(Terminal terminal, Func<IReadOnlyList<Replay>> findReplays) : base("lecture", "Recompute the lectures' worked examples and errata.")
    {
        this.terminal = terminal;
        this.findReplays = findReplays;
        Add(ids);
        Add(markdown);
        Validators.Add(CheckTogether);
        SetAction(Run);
    }

    private void CheckTogether(CommandResult result)
    {
        if (result.GetValue(markdown) && result.GetValue(ids) is { Length: > 0 })
            result.AddError("Expected either rows to replay or --markdown, which writes the index of all rows; found both.");
    }

    private int Run(ParseResult arguments)
    {
        if (arguments.GetValue(markdown))
            return WriteIndex();
        Replay[] asked = [.. arguments.GetValue(ids)!.Select(Find)];
        return asked.Length == 0 ? List() : Show(asked);
    }

    private Replay Find(string id)
    {
        string row = id.ToUpperInvariant();
        IReadOnlyList<Replay> replays = findReplays();
        if (replays.FirstOrDefault(replay => replay.Id == row) is { } found)
            return found;
        if (LectureIndex.Rows(LectureIndex.Built).Contains(row))
            throw new InputException($"Row {row} has no replay: its code and tests are listed in {LectureIndex.File}.");
        throw new InputException($"There is no row '{id}'; choose one of {string.Join(", ", replays.Select(replay => replay.Id))}.");
    }

    private int List()
    {
        ReplayResult[] results = [.. findReplays().Select(replay => replay.Run())];
        int titles = results.Max(result => result.Replay.Title.Length);
        int series = results.Max(result => result.Replay.Series.Length);
        foreach (ReplayResult result in results)
        {
            Replay replay = result.Replay;
            terminal.WriteLine($"{replay.Id,-3}  {replay.Series.PadRight(series)}  {replay.Title.PadRight(titles)}  {result.Verdict}");
        }

        int failed = results.Count(result => !result.Passed);
        terminal.WriteLine();
        terminal.WriteLine(
            $"{results.Length} rows: {results.Count(result => result.Verdict == "agrees")} agree with the slide, "
            + $"{results.Count(result => result.Passed && result.Replay.IsErratum)} show where it errs, "
            + $"{results.Count(result => result.Passed && result.Replay.IsRemark)} need a remark, {results.Count(result => result.Replay.IsCitation)} are cited; "
            + $"{results.Sum(result => result.Lines.Count(line => line.CameOut is not null))} comparisons, {failed} rows failed.");
        return failed == 0 ? Host.Done : Host.Failed;
    }

    private int Show(Replay[] asked)
    {
        bool passed = true;
        foreach (Replay replay in asked)
        {
            ReplayResult result = replay.Run();
            passed &= result.Passed;
            terminal.WriteLine($"{replay.Id} ({replay.Series}): {replay.Title}");
            WriteParagraph("The slide", replay.Slide);
            foreach (ReplayLine line in result.Lines)
                terminal.WriteLine($"  {line.Text}");
            if (replay.Why is not null)
                WriteParagraph(replay.IsErratum ? "Why" : "Note", replay.Why);
            WriteParagraph("Verdict", Sentence(result));
            if (replay != asked[^1])
                terminal.WriteLine();
        }

        return passed ? Host.Done : Host.Failed;
    }

    private static string Sentence(ReplayResult result) => result switch
    {
        { Passed: false } => "FAILED: a comparison failed.",
        { Replay.IsCitation: true } => "cited; there is nothing to compute.",
        { Replay.IsRemark: true } => "agrees, with a remark.",
        { Replay.IsErratum: true } => "the slide errs; RefNet gets it right.",
        _ => "agrees.",
    };

    private int WriteIndex()
    {
        string root = LectureIndex.Root
            ?? throw new InputException("--markdown: expected a checkout of the project, whose sources it reads; found no RefNet.sln in this folder or above. Run it in a checkout.");
        string path = Path.Combine(root, LectureIndex.File);
        string index = File.Exists(path) ? File.ReadAllText(path) : throw new InputException($"--markdown: expected {path}, whose rows it fills in; it is missing.");
        string refreshed = LectureIndex.Refresh(root, index);
        File.WriteAllText(path, refreshed);
        terminal.WriteLine($"{path}: {LectureIndex.Rows(refreshed).Count()} rows, {(refreshed == index ? "as before" : "rewritten")}");
        return Host.Done;
    }

    // The text in indented lines of at most Width columns.
    private void WriteParagraph(string head, string text)
    {
        string line = $"  {head}:";
        foreach (string word in text.Split(' '))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                terminal.WriteLine(line);
                line = "   ";
            }

            line += $" {word}";
        }

        terminal.WriteLine(line);
    }
}
