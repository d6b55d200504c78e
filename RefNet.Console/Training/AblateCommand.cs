using System.CommandLine;
using System.Globalization;
using RefNet.Data;
using RefNet.Experiments;
using RefNet.Gpu;
using RefNet.Interop;
using RefNet.Models;
using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>refnet ablate: trains a recipe, and again without each of its ingredients, on the same seeds; compares them on held-out images only.</summary>
internal sealed class AblateCommand : Command
{
    private const string TableFile = "ablation.csv";

    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly CancellationToken cancellation;
    private readonly Argument<string> model = Inputs.Model();
    private readonly TrainingOptions training = new();
    private readonly Option<int?> seeds = Inputs.Whole("--seeds", "Number of seeds for each variant, from --seed on. [default: 3]", least: 1, most: 1000);
    private readonly Option<string?> output = Inputs.Text("--out", "DIR", "The folder. The same folder again resumes: finished runs are not repeated. [default: runs/ablate-MODEL-DATE-TIME]");
    private readonly BackendOption backend = new();

    public AblateCommand(Terminal terminal, Func<CudaProbe> findCuda, CancellationToken cancellation) : base("ablate", "Measure what each ingredient of a recipe contributes, on held-out images.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        this.cancellation = cancellation;
        Add(model);
        training.AddTo(this);
        Add(seeds);
        Add(output);
        backend.AddTo(this);
        SetAction(Run);
    }

    // The validation errors of a variant, one per seed; null where one diverged.
    private sealed record Result(Ablation.Variant Variant, double[]? Errors);

    private int Run(ParseResult arguments)
    {
        training.SetThreads(arguments);
        RunOptions options = training.Read(arguments, RunOptions.Of(Architectures.Find(arguments.GetRequiredValue(model))));
        options.Check();
        if (options.Validation == 0)
            throw new InputException("--validation: expected 1 or more, since variants are compared on held-out images; found 0.");
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        (options, Dataset set) = training.Locate(arguments, options, choice);
        string folder = arguments.GetValue(output) ?? TrainingOptions.NewFolder($"ablate-{options.Model}");
        int count = arguments.GetValue(seeds) ?? 3;
        IReadOnlyList<Ablation.Variant> variants = Ablation.Of(options);
        terminal.WriteLine($"{options.Model} on {set.Name}: {variants.Count} variants, {Format.Count(count, "seed")}, {Format.Count(options.Epochs, "epoch")} each");

        List<Result> results = [];
        using CtrlC stop = new(cancellation);
        try
        {
            foreach (Ablation.Variant variant in variants)
            {
                results.Add(new Result(variant, Errors(variant, count, set, folder, choice, stop.Token)));
                terminal.WriteLine($"{variant.Text}: {(results[^1].Errors is { } errors ? $"validation error {Format.MeanPercent(errors.Average())} %" : "diverged")}");
            }
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine($"Stopped after {Format.Count(results.Count, "variant")}. To resume: give the same command with --out {Shell.Quote(folder)}");
            return Host.Cancelled;
        }

        AtomicFile.WriteLines(Path.Combine(folder, TableFile), Csv(results, options.Seed));
        Show(results, count);
        terminal.WriteLine($"files: {folder} (a folder for each variant, {TableFile})");
        choice.WriteAccount(terminal);
        return Host.Done;
    }

    private static double[]? Errors(Ablation.Variant variant, int count, Dataset set, string folder, BackendChoice<float> choice, CancellationToken stop)
    {
        double[] errors = new double[count];
        for (int i = 0; i < count; i++)
        {
            RunOptions one = variant.Options with { Seed = variant.Options.Seed + i };
            if (SilentRun.Train(one, set, Path.Combine(folder, variant.Name, string.Create(CultureInfo.InvariantCulture, $"seed-{one.Seed}")), choice, stop) is not { } best)
                return null;
            errors[i] = best.ValidationError!.Value;
        }

        return errors;
    }

    private void Show(List<Result> results, int count)
    {
        Table table = Terminal.Table("variant", "validation error", "more than the recipe", "95 % interval");
        foreach (Result result in results)
            Terminal.AddRow(table, [result.Variant.Text, .. Cells(result, results[0])]);
        terminal.WriteLine();
        terminal.Write(table);
        terminal.WriteLine(count == 1
            ? "One seed proves little: give --seeds 3 or more for an interval."
            : $"Means over {count} seeds. Differences are per seed; where the interval (Student's t) contains 0, the difference may be chance. No test image was used.");
    }

    private static string[] Cells(Result result, Result recipe)
    {
        if (result.Errors is not { } errors)
            return ["diverged", "", ""];
        string mean = $"{Format.MeanPercent(errors.Average())} %";
        if (result == recipe || recipe.Errors is not { } usual)
            return [mean, "", ""];
        Spread more = Spread.Of([.. errors.Zip(usual, (error, other) => error - other)]);
        return [mean, Signed(more.Mean), errors.Length == 1 ? "" : $"{Signed(more.Mean - more.Margin)} to {Signed(more.Mean + more.Margin)}"];
    }

    private static IEnumerable<string> Csv(IEnumerable<Result> results, int seed) => results
        .SelectMany(result => (result.Errors ?? []).Select((error, i) => string.Create(CultureInfo.InvariantCulture, $"{result.Variant.Name},{seed + i},{error:R}")))
        .Prepend("without,seed,validation_error");

    private static string Signed(double share) => (100 * share).ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
