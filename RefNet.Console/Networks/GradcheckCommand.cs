using System.CommandLine;
using System.Diagnostics;
using RefNet.Backends;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Training;
using RefNet.Verification.Cases;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>refnet gradcheck: checks generated cases of a layer, a loss or a model against finite differences.</summary>
internal sealed class GradcheckCommand : Command
{
    private const string All = "all";
    private const int DefaultSeed = 1;
    private const int DefaultCases = 100;

    private readonly Terminal terminal;
    private readonly Func<IReadOnlyList<CaseSource>> findCases;
    private readonly Func<CudaProbe> findCuda;
    private readonly Argument<string> name = new("NAME") { Description = $"A layer, block, loss or model, or {All}." };
    private readonly Option<int?> seed = Inputs.Whole("--seed", $"Seed of the cases. [default: {DefaultSeed}]", least: int.MinValue);
    private readonly Option<int?> cases = Inputs.Whole("--cases", $"Cases per layer; a twentieth as many per model. [default: {DefaultCases}]", least: 1);
    private readonly Option<int?> only = Inputs.Whole("--case", "Check only the case with this number, to replay it.", least: 0);
    private readonly BackendOption backend = new();
    private readonly Option<string?> json = Inputs.Json();

    public GradcheckCommand(Terminal terminal, Func<IReadOnlyList<CaseSource>> findCases, Func<CudaProbe> findCuda)
        : base("gradcheck", "Check layers against finite differences and their contracts, in generated cases. Exit code 1 if one fails.")
    {
        this.terminal = terminal;
        this.findCases = findCases;
        this.findCuda = findCuda;
        Add(name);
        foreach (Option option in new Option[] { seed, cases, only, json })
            Add(option);
        backend.AddTo(this);
        Validators.Add(result =>
        {
            if (result.GetResult(cases) is not null && result.GetResult(only) is not null)
                result.AddError("--cases and --case cannot both be given: give a count of cases, or the number of one.");
        });
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        CaseSource[] chosen = Find(arguments.GetRequiredValue(name));
        int? number = arguments.GetValue(only);
        if (number is not null && chosen.Length > 1)
            throw new InputException("--case: expected the name of one layer, loss or model; found all.");
        string? file = arguments.GetValue(json);
        if (file is not null)
            AtomicFile.CheckWritable(file);

        int from = arguments.GetValue(seed) ?? DefaultSeed;
        int[] NumbersOf(CaseSource source) =>
            number is { } one ? [one] : [.. Enumerable.Range(0, Math.Max(1, (arguments.GetValue(cases) ?? DefaultCases) / source.Cost))];

        using BackendChoice<double> choice = backend.Take<double>(arguments, findCuda, terminal);
        terminal.WriteLine(GradcheckRow.Header);
        GradcheckRow[] rows = terminal.IsLive
            ? terminal.ShowBars(context => Check(context))
            : Check(null);
        if (rows.Length > 1)
            terminal.WriteLine(GradcheckRow.Total(rows));
        foreach (GradcheckRow row in rows.Where(row => !row.Passed))
            Explain(row, from, choice);
        if (file is not null)
            AtomicFile.Write(file, stream => GradcheckJson.Write(stream, from, rows, row => Replay(row, from, choice)));
        return rows.All(row => row.Passed) ? Host.Done : Host.Failed;

        GradcheckRow[] Check(ProgressContext? context)
        {
            List<GradcheckRow> done = [];
            foreach (CaseSource source in chosen)
            {
                if (source.SameAs is { } other && chosen.Length > 1)
                {
                    terminal.WriteLine(GradcheckRow.Same(source.Name, other));
                    continue;
                }

                done.Add(CheckOne(source, from, NumbersOf(source), choice.Backend, context));
                terminal.WriteLine($"{done[^1]}");
            }

            return [.. done];
        }
    }

    private CaseSource[] Find(string wanted)
    {
        IReadOnlyList<CaseSource> sources = findCases();
        if (wanted.Equals(All, StringComparison.OrdinalIgnoreCase))
            return [.. sources];
        CaseSource[] found = [.. sources.Where(source => source.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))];
        string[] names = [All, .. sources.Select(source => source.Name)];
        return found.Length > 0
            ? found
            : throw new InputException($"There is no layer, block, loss or model '{wanted}'.{Mistake.Meant(wanted, names)} Choose one of {string.Join(", ", names)}.");
    }

    // Stops at the first case that fails.
    private static GradcheckRow CheckOne(CaseSource source, int seed, int[] numbers, IBackend<double> backend, ProgressContext? context)
    {
        ProgressTask? bar = context?.AddTask(source.Name, maxValue: numbers.Length);
        long start = Stopwatch.GetTimestamp();
        List<CaseResult> results = [];
        Pace pace = new();
        foreach (int number in numbers)
        {
            if (pace.IsDue())
                context?.Refresh();
            results.Add(source.Check(seed, number, backend));
            bar?.Increment(1);
            if (!results[^1].Passed)
                break;
        }

        CaseResult? simplest = results[^1].Passed ? null : results[^1].Shrink();
        bar?.StopTask();
        return new GradcheckRow(source.Name, results, simplest, Stopwatch.GetElapsedTime(start));
    }

    private void Explain(GradcheckRow row, int seed, BackendChoice<double> choice)
    {
        terminal.WriteLine();
        if (row.Simplest is null)
        {
            terminal.WriteLine($"{row.Name}: nothing was checked, since all gradients are zero in every case. Check more cases: --cases {DefaultCases}");
            return;
        }

        terminal.WriteLine($"{row.Name} fails in case {row.Simplest.Number}. The simplest case that shows it:");
        terminal.WriteText($"{row.Simplest.Case}");
        terminal.WriteText(row.Simplest.Problem);
        terminal.WriteLine($"To replay it: {Replay(row, seed, choice)}");
    }

    private static string Replay(GradcheckRow row, int seed, BackendChoice<double> choice) =>
        $"{Host.Invocation} gradcheck {row.Name} --seed {seed} --case {row.Simplest!.Number}{(choice.Name == BackendNames.Simd ? "" : $" --backend {choice.Name}")}";
}
