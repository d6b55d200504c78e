using System.CommandLine;
using RefNet.Data;
using RefNet.Experiments;
using RefNet.Gpu;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>refnet search: searches a learning rate and a weight decay, coarse and then fine, by held-out images only (LECTURES T10).</summary>
internal sealed class SearchCommand : Command
{
    // The fine search covers this fraction of each range on a logarithmic scale, around the best of the coarse search.
    private const double FineShare = 0.25;

    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly CancellationToken cancellation;
    private readonly Argument<string> model = Inputs.Model();
    private readonly TrainingOptions training = new();
    private readonly Option<LogRange?> rates = Inputs.Range("--rates", "The learning rates to try. [default: a thirtieth to three times the usual rate]");
    private readonly Option<LogRange?> decays = Inputs.Range("--decays", "The weight decays to try. [default: only the usual one]");
    private readonly Option<int?> trials = Inputs.Whole("--trials", "Number of trials over the whole ranges. [default: 12]", least: 1, most: 10_000);
    private readonly Option<int?> fine = Inputs.Whole("--fine", "Number of further trials around the best of them. [default: 4]", least: 0, most: 10_000);
    private readonly Option<int?> folds = Inputs.Whole("--folds", "Cross-validation: split the training images into this many parts and train each setting once per part, which is held out; the mean decides. [default: no folds, --validation]", least: 2, most: 100);
    private readonly Option<bool> grid = new("--grid") { Description = "Try a grid, not random values." };
    private readonly Option<string?> output = Inputs.Text("--out", "DIR", "The folder. The same folder again resumes: finished trials are not repeated. [default: runs/search-MODEL-DATE-TIME]");
    private readonly BackendOption backend = new();

    public SearchCommand(Terminal terminal, Func<CudaProbe> findCuda, CancellationToken cancellation) : base("search", "Search for a learning rate and a weight decay, by held-out images.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        this.cancellation = cancellation;
        Add(model);
        training.AddTo(this);
        foreach (Option option in new Option[] { rates, decays, trials, fine, folds, grid, output })
            Add(option);
        backend.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult arguments)
    {
        training.SetThreads(arguments);
        RunOptions options = training.Read(arguments, RunOptions.Of(Architectures.Find(arguments.GetRequiredValue(model))));
        options.Check();
        if (options.Fold is not null)
            throw new InputException("--fold: expected none, since a search holds every part out in turn; give --folds.");
        if (options.Validation == 0)
            throw new InputException("--validation: expected 1 or more, since a search chooses by held-out images; found 0.");
        using BackendChoice<float> choice = backend.Take<float>(arguments, findCuda, terminal);
        (options, Dataset set) = training.Locate(arguments, options, choice);
        string folder = arguments.GetValue(output) ?? TrainingOptions.NewFolder($"search-{options.Model}");

        LogRange[] ranges = arguments.GetValue(decays) is { } decayRange ? [Rates(arguments, options), decayRange] : [Rates(arguments, options)];
        int coarse = arguments.GetValue(trials) ?? 12;
        IReadOnlyList<double[]> points = arguments.GetValue(grid)
            ? SearchPoints.Grid(ranges, coarse)
            : [.. Enumerable.Range(0, coarse).Select(number => SearchPoints.Random(ranges, options.Seed, stage: 0, number))];
        int parts = arguments.GetValue(folds) ?? 1;
        terminal.WriteLine($"{options.Model} on {set.Name}, {Format.Count(options.Epochs, "epoch")} per trial{(parts > 1 ? $" and fold, {parts} folds" : "")}");

        List<SearchTrial> done = [];
        using CtrlC stop = new(cancellation);
        try
        {
            foreach (double[] point in points)
                Try(point);
            if (done.MinBy(trial => trial.Loss) is { Diverged: false } best)
            {
                double[] middle = [best.Options.LearningRate, best.Options.WeightDecay];
                LogRange[] around = [.. ranges.Select((range, i) => range.Around(middle[i], FineShare))];
                for (int number = 0; number < (arguments.GetValue(fine) ?? 4); number++)
                    Try(SearchPoints.Random(around, options.Seed, stage: 1, number));
            }
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine($"Stopped after {Format.Count(done.Count, "trial")}. To resume: give the same command with --out {Shell.Quote(folder)}");
            return Host.Cancelled;
        }

        SearchReport.Write(terminal, done, folder);
        choice.WriteAccount(terminal);
        return Host.Done;

        void Try(double[] point)
        {
            RunOptions one = options with { LearningRate = point[0], WeightDecay = point.Length > 1 ? point[1] : options.WeightDecay };
            string place = Path.Combine(folder, $"trial-{done.Count + 1}");
            EpochRecord?[] best = parts == 1
                ? [SilentRun.Train(one, set, place, choice, stop.Token)]
                : [.. Enumerable.Range(1, parts).Select(part => SilentRun.Train(OfFold(one, part, parts, set), set, Path.Combine(place, $"fold-{part}"), choice, stop.Token))];
            SearchTrial trial = new(done.Count + 1, one, best.Contains(null) ? [] : [.. best.OfType<EpochRecord>()]);
            done.Add(trial);
            terminal.WriteLine($"trial {trial.Number,3}: learning rate {Format.Number(one.LearningRate)}, weight decay {Format.Number(one.WeightDecay)}: "
                + (trial.Diverged ? "diverged" : $"validation error {trial.ErrorText}, loss {Format.Loss(trial.Loss)}"));
        }
    }

    private static RunOptions OfFold(RunOptions options, int part, int parts, Dataset set)
    {
        options = options with { Fold = $"{part}/{parts}" };
        return options with { Validation = options.Split(set.Training).Validation.Count };
    }

    private LogRange Rates(ParseResult arguments, RunOptions options) =>
        arguments.GetValue(rates) ?? new LogRange(options.LearningRate / 30, 3 * options.LearningRate);
}
