using System.CommandLine;
using RefNet.Backends;
using RefNet.Gpu;
using RefNet.Interop;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>refnet compare: runs side by side, with the settings that differ, errors and time, and their curves on a page.</summary>
internal sealed class CompareCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string[]> runs = new("RUN") { Description = "The folders of training runs.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> output = Inputs.FileToWrite("--out", "Also write an HTML page with the curves.");
    private readonly BackendOption backend = new();

    public CompareCommand(Terminal terminal, Func<CudaProbe> findCuda) : base("compare", "Compare runs: settings that differ, errors, time, curves.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        Add(runs);
        Add(output);
        backend.AddTo(this);
        Validators.Add(result =>
        {
            if (result.GetResult(runs)?.Tokens.Count == 1)
                result.AddError("Expected two runs or more to compare; found one.");
        });
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        Comparison comparison = new([.. arguments.GetRequiredValue(runs).Select(path => Read(path, choice.Backend))]);
        Table table = Terminal.Table([.. comparison.Headers]);
        foreach (IReadOnlyList<string> row in comparison.Rows())
            Terminal.AddRow(table, [.. row]);
        terminal.Write(table);
        terminal.WriteLine(comparison.Note);
        if (arguments.GetValue(output) is { } page)
        {
            AtomicFile.WriteText(page, comparison.ToHtml());
            terminal.WriteLine($"{page}: the same table, with the curves");
        }

        choice.WriteAccount(terminal);
        return Host.Done;
    }

    private Comparison.Compared Read(string path, IBackend<float> where)
    {
        TrainedRun run = TrainedRun.Open(path, where);
        try
        {
            return new Comparison.Compared(path, run, TestAnswers.Read(run, run.ReadData(moved: null).Test).Evaluation.Confusion);
        }
        catch (InputException error)
        {
            terminal.WriteLine($"{path}, without the test images: {error.Message}");
            return new Comparison.Compared(path, run, Test: null);
        }
    }
}
