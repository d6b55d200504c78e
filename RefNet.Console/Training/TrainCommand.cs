using System.CommandLine;
using System.CommandLine.Parsing;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>refnet train: trains a model, shows its progress, tests it and writes a run folder; or resumes a stopped run.</summary>
internal sealed class TrainCommand : Command
{
    private readonly Terminal terminal;
    private readonly Func<CudaProbe> findCuda;
    private readonly CancellationToken cancellation;

    private readonly Argument<string?> model = new("MODEL")
    {
        Description = Inputs.Model().Description + " Not with --resume.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly TrainingOptions training = new();
    private readonly BackendOption backend = new();
    private readonly Option<int?> seeds = Inputs.Whole("--seeds", "Train with this many seeds, from --seed on, each in its own folder, and report the mean and spread of the errors.", least: 1);
    private readonly Option<bool> refit = new("--refit")
    {
        Description = "Choose the number of epochs on held-out images, then train from the start on all training images for that number; only this network is tested.",
    };

    private readonly Option<bool> findRate = new("--find-rate")
    {
        Description = "Train for at most one epoch with a learning rate that grows at each step, show the loss, and suggest a rate.",
    };

    private readonly Option<string?> output = Inputs.Text("--out", "DIR", "The run folder. [default: runs/MODEL-DATE-TIME]");
    private readonly Option<string?> resume = Inputs.Text("--resume", "DIR", "Resume the run in this folder; only --data, --epochs, --threads and --plain can be given with it.");
    private readonly Option<bool> plain = new("--plain") { Description = "Plain lines: no colours, no progress bar." };

    public TrainCommand(Terminal terminal, Func<CudaProbe> findCuda, CancellationToken cancellation) : base("train", "Train a network, test it and write a run folder.")
    {
        this.terminal = terminal;
        this.findCuda = findCuda;
        this.cancellation = cancellation;
        Add(model);
        training.AddTo(this);
        foreach (Option option in new Option[] { seeds, refit, findRate, output, resume, plain })
            Add(option);
        Validators.Add(CheckTogether);
        backend.AddTo(this);
        SetAction(Run);
    }

    // Options that determine the bits of a run cannot change when it resumes.
    private void CheckTogether(CommandResult result)
    {
        bool resumes = result.GetResult(resume) is not null;
        if (!resumes && result.GetResult(model)?.Tokens.Count is null or 0)
            result.AddError("Expected a MODEL to train, such as lenet5, or --resume DIR; found neither.");
        if (result.GetValue(findRate) && (result.GetResult(seeds) is not null || result.GetValue(refit)))
            result.AddError($"{findRate.Name} trains one network, which is not kept: leave out {seeds.Name} and {refit.Name}.");
        foreach (Option fixedOption in training.Fixed.Concat([seeds, refit, findRate, output]).Concat(backend.All))
        {
            if (resumes && result.GetResult(fixedOption) is not null)
                result.AddError($"{fixedOption.Name} cannot be changed when a run resumes: leave it out, or train again without --resume.");
        }
    }

    private int Run(ParseResult arguments)
    {
        Terminal shown = arguments.GetValue(plain) ? terminal.Plain() : terminal;
        training.SetThreads(arguments);
        using RunFolder? resumed = arguments.GetValue(resume) is { } path ? RunFolder.Open(path) : null;
        resumed?.TakeLock();
        RunOptions options = resumed is null
            ? training.Read(arguments, RunOptions.Of(Architectures.Find(arguments.GetRequiredValue(model)!)))
            : ResumedOptions(arguments, resumed);
        options.Check();
        using BackendChoice<float> choice = resumed is null
            ? backend.Take<float>(arguments, findCuda, shown)
            : backend.Resume<float>(arguments, options, findCuda, shown);
        bool isSeries = arguments.GetValue(seeds) is not null || arguments.GetValue(refit);
        (options, Dataset set) = training.Locate(arguments, options, choice, isOneRun: !isSeries);
        if (arguments.GetValue(findRate))
            return FindRate(shown, options, set, choice, arguments.GetValue(output) ?? TrainingOptions.NewFolder(options.Model));

        ShownRun show = new(terminal, shown, set, cancellation);
        int code;
        if (isSeries)
        {
            RunSeries series = new(show, shown, options, set, choice.Backend, arguments.GetValue(output) ?? TrainingOptions.NewFolder(options.Model));
            code = series.Run(arguments.GetValue(seeds) ?? 1, arguments.GetValue(refit)) ? Host.Done : Host.Cancelled;
            choice.WriteAccount(shown);
            return code;
        }

        using TrainingRun run = resumed is not null ? TrainingRun.Resume(options, set, resumed, choice.Backend)
            : arguments.GetValue(output) is { } folder ? TrainingRun.Start(options, set, folder, choice.Backend)
            : TrainingRun.Start(options, set, TrainingOptions.NewFolder(options.Model), choice.Backend, numbered: true);
        code = show.TrainAndTest(run, options, $"{Host.Invocation} train --resume {Shell.Quote(run.Folder.Path)}") is null ? Host.Cancelled : Host.Done;
        choice.WriteAccount(shown);
        return code;
    }

    private int FindRate(Terminal shown, RunOptions options, Dataset set, BackendChoice<float> choice, string folder)
    {
        using CtrlC stop = new(cancellation);
        RateRange range;
        try
        {
            range = RateRange.Test(options, set, choice.Backend, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return Host.Cancelled;
        }

        shown.WriteLine($"{options.Model} on {set.Name}, one step per rate");
        foreach (string line in TrainingOptions.Describe(options))
            shown.WriteLine(line);
        RateRangeReport.Write(shown, range, options, folder);
        choice.WriteAccount(shown);
        return Host.Done;
    }

    private RunOptions ResumedOptions(ParseResult arguments, RunFolder folder)
    {
        RunOptions options = folder.ReadOptions();
        if (arguments.GetValue(model) is { } name && name != options.Model)
            throw new InputException($"{folder.Path}: expected a run of {name}; found one of {options.Model}. Leave out the model to resume that run.");
        int total = arguments.GetValue(training.Epochs) ?? options.Epochs;
        if (total < options.Epochs)
            throw new InputException($"--epochs: expected {options.Epochs} or more, the number that the run was started with; found {total}.");
        if (total > options.Epochs && options.CreateSchedule().SpansTheRun)
            throw new InputException($"--epochs: expected {options.Epochs}, since the learning rate, whose schedule is {options.Schedule}, depends on it; found {total}. Train again for more epochs.");
        return options with { Epochs = total };
    }
}
