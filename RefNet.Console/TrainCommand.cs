using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RefNet.Backends.Simd;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>refnet train: trains a model, shows its progress, tests it and leaves a run folder; or resumes a stopped run.</summary>
internal sealed class TrainCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly CancellationToken cancellation;

    private readonly Argument<string?> model = new("MODEL")
    {
        Description = Inputs.Model().Description + " Left out with --resume.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly TrainingOptions training = new();
    private readonly Option<int?> threads = Inputs.Whole(
        "--threads", "Maximum number of threads; results do not depend on it. [default: all cores]", least: 1, most: Math.Max(64, 4 * Environment.ProcessorCount));

    private readonly BackendOption backend = new();
    private readonly Option<string?> output = Inputs.Text("--out", "DIR", "The run folder. [default: runs/MODEL-DATE-TIME]");
    private readonly Option<string?> resume = Inputs.Text("--resume", "DIR", "Resume the run in this folder; only --data, --epochs, --threads and --plain can be given with it.");
    private readonly Option<bool> plain = new("--plain") { Description = "Plain lines: no colours, no progress bar." };

    public TrainCommand(Terminal terminal, Func<CudaProbe> findCuda, CancellationToken cancellation) : base("train", "Train a network, test it and leave a run folder.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        this.cancellation = cancellation;
        Add(model);
        training.AddTo(this);
        foreach (Option option in new Option[] { threads, output, resume, plain })
            Add(option);
        Validators.Add(CheckTogether);
        backend.AddTo(this);
        SetAction(Run);
    }

    // What decides the bits of a run cannot change when it is resumed.
    private void CheckTogether(CommandResult result)
    {
        bool resumes = result.GetResult(resume) is not null;
        if (!resumes && result.GetResult(model)?.Tokens.Count is null or 0)
            result.AddError("Expected a MODEL to train, such as lenet5, or --resume DIR; found neither.");
        foreach (Option fixedOption in training.Fixed.Append(output).Concat(backend.All))
        {
            if (resumes && result.GetResult(fixedOption) is not null)
                result.AddError($"{fixedOption.Name} cannot be changed in a run that is resumed: leave it out, or train again without --resume.");
        }
    }

    private int Run(ParseResult arguments)
    {
        Terminal shown = arguments.GetValue(plain) ? terminal.Plain() : terminal;
        ParallelLoop.MaxThreads = arguments.GetValue(threads) ?? ParallelLoop.MaxThreads;
        using RunFolder? resumed = arguments.GetValue(resume) is { } path ? RunFolder.Open(path) : null;
        resumed?.TakeLock();
        RunOptions options = resumed is null
            ? training.Read(arguments, RunOptions.Of(Architectures.Find(arguments.GetRequiredValue(model)!)))
            : ResumedOptions(arguments, resumed);
        options.Check();
        using BackendChoice<float> choice = resumed is null
            ? backend.Take<float>(arguments, findCuda, shown)
            : BackendChoice<float>.Take(options.Backend, options.Tf32, findCuda, shown);
        options = options with { Backend = choice.Name, Tf32 = choice.Tf32 };

        DataFolders.Place place = DataFolders.Find(arguments.GetValue(training.Data) ?? options.Data);
        options = options with { Data = place.Remembered };
        Dataset set = Dataset.Load(place.Folder);
        using TrainingRun run = resumed is not null ? TrainingRun.Resume(options, set, resumed, choice.Backend)
            : arguments.GetValue(output) is { } folder ? TrainingRun.Start(options, set, folder, choice.Backend)
            : TrainingRun.Start(options, set, NewFolder(options), choice.Backend, numbered: true);
        int code = Train(shown, run, options, set);
        choice.WriteAccount(shown);
        return code;
    }

    private static string NewFolder(RunOptions options) =>
        Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"{options.Model}-{DateTime.Now:yyyyMMdd-HHmmss}"));

    private RunOptions ResumedOptions(ParseResult arguments, RunFolder folder)
    {
        RunOptions options = folder.ReadOptions();
        if (arguments.GetValue(model) is { } name && name != options.Model)
            throw new InputException($"{folder.Path}: expected a run of {name}; found one of {options.Model}. Leave out the model to resume that run.");
        int total = arguments.GetValue(training.Epochs) ?? options.Epochs;
        if (total < options.Epochs)
            throw new InputException($"--epochs: expected {options.Epochs} or more, since the run was started for so many; found {total}.");
        if (total > options.Epochs && options.CreateSchedule().SpansTheRun)
            throw new InputException($"--epochs: expected {options.Epochs}, since the learning rate, whose schedule is {options.Schedule}, depends on it; found {total}. Train again for more epochs.");
        return options with { Epochs = total };
    }

    private int Train(Terminal shown, TrainingRun run, RunOptions options, Dataset set)
    {
        shown.WriteLine(
            $"{options.Model} on {set.Name}: {Format.Count(run.TrainingImages)} images to train on, {Format.Count(options.Validation)} held out, "
            + $"{Format.Count(set.Test.Count)} to test");
        foreach (string line in TrainingOptions.Describe(options))
            shown.WriteLine(line);
        shown.WriteLine($"run folder: {run.Folder.Path}");
        EpochLines lines = new(shown, options.Epochs);
        foreach (EpochRecord epoch in run.History)
            lines.EpochDone(epoch, isBest: epoch == run.Best);

        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Evaluation test;
        using CtrlC stop = new(cancellation);
        try
        {
            test = shown.IsLive
                ? shown.ShowBars(context => run.Run(new EpochBar(context, shown, lines, options.Epochs), stop.Token))
                : run.Run(lines, stop.Token);
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine($"Stopped {Saved(run, options)}. {HowToResume(run)}");
            return Host.Cancelled;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Such as a full disk.
            throw new IOException($"{error.Message.TrimEnd('.')}. It ended {Saved(run, options)}. When this is mended: {HowToResume(run)}", error);
        }

        shown.WriteLine();
        if (run.StoppedEarly)
            shown.WriteLine($"Stopped after epoch {run.SavedEpochs}: {options.Patience} epochs brought no smaller validation loss.");
        shown.WriteLine($"Tested with {(options.Average > 0 ? "the averaged weights" : "the weights")} of epoch {run.Best?.Epoch}{(options.Validation > 0 ? ", which had the smallest validation loss" : "")}.");
        Results.Write(shown, test, set.Test.ClassNames);
        shown.WriteLine($"time: {Format.Time(System.Diagnostics.Stopwatch.GetElapsedTime(start))}");
        shown.WriteLine($"files: {run.Folder.Path} (best.safetensors, last.safetensors, history.csv, config.json)");
        return Host.Done;
    }

    private static string Saved(TrainingRun run, RunOptions options) => run.SavedEpochs == 0
        ? "before the end of the first epoch"
        : $"after epoch {run.SavedEpochs} of {options.Epochs}, which is saved";

    private static string HowToResume(TrainingRun run) => $"To resume: {Host.Invocation} train --resume {Shell.Quote(run.Folder.Path)}";
}
