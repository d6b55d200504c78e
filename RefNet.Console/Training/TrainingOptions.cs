using System.CommandLine;
using System.Globalization;
using RefNet.Backends.Simd;
using RefNet.Data;
using RefNet.Data.Preparation;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>The options of commands that train: those that determine the bits of a run, and the number of threads, which does not. <see cref="AddTo"/> adds them; <see cref="Read"/> reads them.</summary>
internal sealed class TrainingOptions
{
    // Of a small set, one image in this many is held out.
    private const int SmallShare = 10;

    private const string ForTheModel = "[default: chosen for the model]";

    private readonly Option<int?> batchSize = Inputs.Whole("--batch-size", $"Images per batch. {ForTheModel}", least: 1);
    private readonly Option<string?> optimizer = Inputs.Text("--optimizer", "NAME", $"The optimizer: {string.Join(", ", OptimizerNames.All)}. {ForTheModel}");
    private readonly Option<double?> learningRate = Inputs.Positive("--learning-rate", "The learning rate that the schedule varies. [default: chosen for the model; 0.01 for adagrad, 0.001 for rmsprop and adam, 1 for adadelta]");
    private readonly Option<string?> schedule = Inputs.Text("--schedule", "NAME", $"How the learning rate changes: {ScheduleNames.Choices}. {ForTheModel}");
    private readonly Option<double?> momentum = Inputs.NotNegative("--momentum", "Momentum, below 1, for optimizers that have it. [default: 0.9]");
    private readonly Option<double?> weightDecay = Inputs.NotNegative("--weight-decay", $"λ of the L2 penalty on weights. {ForTheModel}");
    private readonly Option<double?> l1 = Inputs.NotNegative("--l1", "λ of the L1 penalty on weights. [default: 0]");
    private readonly Option<double?> labelSmoothing = Inputs.NotNegative("--label-smoothing", $"The share of each target distributed over all classes, below 1; for softmax cross-entropy. {ForTheModel}");
    private readonly Option<double?> clip = Inputs.NotNegative("--clip", "The maximum norm of the gradient of all parameters together; 0 for no limit. [default: 0]");
    private readonly Option<int?> accumulate = Inputs.Whole("--accumulate", "Batches per step, whose gradients are averaged. [default: 1]", least: 1);
    private readonly Option<double?> average = Inputs.NotNegative("--average", $"The decay of a moving average of the weights, such as 0.995, which is validated and tested in their place; 0 for none. {ForTheModel}");
    private readonly Option<int?> patience = Inputs.Whole("--patience", "Stop after this many epochs without a smaller validation loss; 0 for never. [default: 0]", least: 0);
    private readonly Option<string?> augment = Inputs.Augmentation("Change training images each time they are seen. [default: no change]");
    private readonly Option<string?> pixels = Inputs.Text("--pixels", "NAME|MEANS/DEVIATIONS", $"Mean and standard deviation of each channel: {string.Join(", ", PixelNames.All)}. [default: chosen for the model; imagenet in colour]");
    private readonly Option<string?> prepare = Inputs.Text("--prepare", "NAME[:EPSILON]", $"Preprocess inputs with statistics of the training images: {string.Join(", ", PreparationNames.All)}. [default: no change; EPSILON is 0.01]");
    private readonly Option<string?> from = Inputs.Text("--from", "RUN|FILE", "Initial weights: the best ones of a run, or those of a safetensors or npz file. A last layer for other classes is drawn at random. [default: drawn at random]");
    private readonly Option<string?> freeze = Inputs.Text("--freeze", "PATH,...", "Layers and blocks that do not learn; a block freezes all its layers. [default: none]");
    private readonly Option<string[]?> rates = new("--rate") { HelpName = "PATH=FACTOR", Description = "A layer or block, and the factor of its learning rate; may be given several times. [default: 1 for all]" };
    private readonly Option<int?> seed = Inputs.Whole("--seed", "Seed for all random numbers. [default: 1]", least: int.MinValue);
    private readonly Option<int?> validation = Inputs.Whole("--validation", "Training images held out to choose the best epoch. [default: 5000, or a tenth of a smaller set]", least: 0);
    private readonly Option<string?> fold = Inputs.Text("--fold", "NUMBER/COUNT", "Hold out one of several equal parts of the training images, in place of --validation: 2/5 is the second of five. [default: none]");
    private readonly Option<int?> limit = Inputs.Whole("--limit", "Maximum number of training images, for a quick try. The whole set is still checked; for one in MNIST's format, only the images used take memory.", least: 1);

    private readonly Option<bool> keepHistograms = new("--keep-histograms") { Description = "Write histograms of the weights after each epoch, and of their changes, for 'report'." };

    /// <summary>The data set; a run may resume with its data in another place.</summary>
    public Option<string?> Data { get; } = Inputs.Text("--data", "DIR|mnist", "The data set: its name or its folder. [default: mnist]");

    /// <summary>The number of epochs; a run may resume for more.</summary>
    public Option<int?> Epochs { get; } = Inputs.Whole("--epochs", $"Passes over the training images. {ForTheModel}", least: 1);

    private readonly Option<int?> threads = Inputs.Threads();

    /// <summary>The options that cannot change when a run resumes.</summary>
    public IReadOnlyList<Option> Fixed =>
        [batchSize, optimizer, learningRate, schedule, momentum, weightDecay, l1, labelSmoothing, clip, accumulate, average, patience, augment, pixels, prepare, from, freeze, rates, seed, validation, fold, limit, keepHistograms];

    /// <summary>The names of the given options that only a whole run follows: a few steps have no part for them.</summary>
    public IEnumerable<string> GivenForWholeRuns(ParseResult arguments) =>
        new Option[] { accumulate, average, patience, keepHistograms }.Where(option => arguments.GetResult(option) is { Implicit: false }).Select(option => option.Name);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in Fixed.Prepend(Epochs).Prepend(Data).Append(threads))
            command.Add(option);
    }

    /// <summary>Lets loops use as many threads as the command line says, if it does.</summary>
    public void SetThreads(ParseResult arguments) => ParallelLoop.MaxThreads = arguments.GetValue(threads) ?? ParallelLoop.MaxThreads;

    /// <summary>The options of the command line, with defaults for the rest; the command sets the location of the data.</summary>
    public RunOptions Read(ParseResult arguments, RunOptions defaults)
    {
        defaults = defaults.With(arguments.GetValue(optimizer) ?? defaults.Optimizer);
        return defaults with
        {
            Epochs = arguments.GetValue(Epochs) ?? defaults.Epochs,
            BatchSize = arguments.GetValue(batchSize) ?? defaults.BatchSize,
            LearningRate = arguments.GetValue(learningRate) ?? defaults.LearningRate,
            Schedule = arguments.GetValue(schedule) ?? defaults.Schedule,
            Momentum = arguments.GetValue(momentum) ?? defaults.Momentum,
            WeightDecay = arguments.GetValue(weightDecay) ?? defaults.WeightDecay,
            L1 = arguments.GetValue(l1) ?? defaults.L1,
            LabelSmoothing = arguments.GetValue(labelSmoothing) ?? defaults.LabelSmoothing,
            Clip = arguments.GetValue(clip) ?? defaults.Clip,
            Accumulate = arguments.GetValue(accumulate) ?? defaults.Accumulate,
            Average = arguments.GetValue(average) ?? defaults.Average,
            Patience = arguments.GetValue(patience) ?? defaults.Patience,
            Augment = arguments.GetValue(augment) ?? defaults.Augment,
            Pixels = arguments.GetValue(pixels) is { } given ? PixelNames.Expand(given) : defaults.Pixels,
            Prepare = arguments.GetValue(prepare) ?? defaults.Prepare,
            From = arguments.GetValue(from) is { } source ? Path.GetFullPath(source) : defaults.From,
            Freeze = arguments.GetValue(freeze) ?? defaults.Freeze,
            Rates = arguments.GetValue(rates) is { Length: > 0 } factors ? string.Join(',', factors) : defaults.Rates,
            Seed = arguments.GetValue(seed) ?? defaults.Seed,
            Validation = arguments.GetValue(validation) ?? defaults.Validation,
            Fold = arguments.GetValue(fold) ?? defaults.Fold,
            Limit = arguments.GetValue(limit) ?? defaults.Limit,
            KeepHistograms = arguments.GetValue(keepHistograms) || defaults.KeepHistograms,
        };
    }

    /// <summary>Finds and reads the data set, and records its location and the backend in the options.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="options">The options so far.</param>
    /// <param name="choice">The backend of the run.</param>
    /// <param name="isOneRun">Whether only one run is trained on the set, so that images it does not use need no memory.</param>
    public (RunOptions Options, Dataset Set) Locate(ParseResult arguments, RunOptions options, BackendChoice<float> choice, bool isOneRun = false)
    {
        DataFolders.Place place = DataFolders.Find(arguments.GetValue(Data) ?? options.Data);
        bool isGiven = arguments.GetValue(validation) is not null || options.DataSha256 is not null; // a resumed run keeps its own
        RunOptions Of(int images) => isGiven ? options : options with { Validation = Math.Min(options.Validation, images / SmallShare) };
        Dataset set = isOneRun ? Dataset.Load(place.Folder, images => Of(images).Uses(images)) : Dataset.Load(place.Folder);
        options = Of(set.Training.Count);
        int heldOut = options.Fold is not null ? options.Split(set.Training).Validation.Count : options.Validation;
        return (options with { Backend = choice.Name, Tf32 = choice.Tf32, Cudnn = choice.Cudnn, Data = place.Remembered, Validation = heldOut }, set);
    }

    /// <summary>A default folder for a run, named after the run and the time.</summary>
    public static string NewFolder(string name) =>
        Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"{name}-{DateTime.Now:yyyyMMdd-HHmmss}"));

    /// <summary>The settings of a run as text: the main ones, and on a second line all others that differ from the defaults.</summary>
    public static IEnumerable<string> Describe(RunOptions options)
    {
        yield return $"epochs {options.Epochs}, batch size {options.BatchSize}, {options.Optimizer}, learning rate {Format.Number(options.LearningRate)}, "
            + $"seed {options.Seed}, threads {ParallelLoop.MaxThreads}";
        string others = string.Join(", ", new (bool IsInForce, string Text)[]
        {
            (options.Schedule != "constant", $"schedule {options.Schedule}"),
            (options.Momentum != 0.9, $"momentum {Format.Number(options.Momentum)}"),
            (options.WeightDecay > 0, $"weight decay {Format.Number(options.WeightDecay)}"),
            (options.L1 > 0, $"L1 penalty {Format.Number(options.L1)}"),
            (options.LabelSmoothing > 0, $"label smoothing {Format.Number(options.LabelSmoothing)}"),
            (options.Clip > 0, $"gradients clipped to norm {Format.Number(options.Clip)}"),
            (options.Accumulate > 1, $"{options.Accumulate} batches per step"),
            (options.Average > 0, $"weights averaged with decay {Format.Number(options.Average)}"),
            (options.Patience > 0, $"patience {options.Patience}"),
            (options.Augment is not null, $"augmentation {options.Augment}"),
            (options.Pixels is not null, $"pixels {PixelNames.NameOf(options.Pixels)}"),
            (options.Prepare is not null, $"preparation {options.Prepare}"),
            (options.From is not null, $"initial weights from {options.From}"),
            (options.Freeze is not null, $"frozen {options.Freeze}"),
            (options.Rates is not null, $"learning rates {options.Rates}"),
            (options.Fold is not null, $"fold {options.Fold}"),
            (options.Limit is not null, $"limit {options.Limit}"),
            (options.KeepHistograms, "histograms kept"),
            (options.Backend != BackendNames.Simd, $"backend {options.Backend}"),
            (options.Tf32, "TF32"),
            (options.Cudnn, "cuDNN"),
        }.Where(setting => setting.IsInForce).Select(setting => setting.Text));
        if (others.Length > 0)
            yield return others;
    }
}
