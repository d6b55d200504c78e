using System.Text.Json.Serialization;
using RefNet.Data;
using RefNet.Data.Augmentation;
using RefNet.Data.Preparation;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Optimizers.Schedules;

namespace RefNet.Training;

/// <summary>
/// Everything that determines what a training run computes: the same options and data give the same bits, on any number of threads
/// of the same machine. (Processors with other vector widths may round differently; the reference backend does not.)
/// </summary>
public sealed record RunOptions
{
    /// <summary>The name of an architecture, one of <see cref="Architectures.All"/>.</summary>
    public required string Model { get; init; }

    /// <summary>The folder of the data set, or the name of one that is part of the project.</summary>
    public string Data { get; init; } = "mnist";

    /// <summary>The SHA-256 of the data that the run trains on; a run fills it in when it starts.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>Passes over the training images, 1 or more.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images per step, 1 or more.</summary>
    public required int BatchSize { get; init; }

    /// <summary>One of <see cref="OptimizerNames.All"/>: sgd, momentum, adam ...; momentum-steps and momentum-mean are other forms of momentum (X28).</summary>
    public required string Optimizer { get; init; }

    /// <summary>The learning rate η that the schedule varies, above 0: the first one, or the largest, depending on the schedule.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How the learning rate changes, one of <see cref="ScheduleNames.All"/>: exponential:0.15 makes it η exp(-0.15 t) in epoch t, counted from 0 (Y28).</summary>
    public string Schedule { get; init; } = "constant";

    /// <summary>The momentum μ where the optimiser has one, from 0 to below 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>λ of the L2 penalty on weights, 0 or more.</summary>
    public double WeightDecay { get; init; }

    /// <summary>λ of the L1 penalty on weights, which is part of the training loss, 0 or more.</summary>
    public double L1 { get; init; }

    /// <summary>The share ε of each target that training spreads over all classes, from 0 to below 1; for softmax cross-entropy only. It applies only to the training loss.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The largest norm of the gradient of all parameters together, above 0; 0 for no limit. See <see cref="GradientClipping{T}"/>.</summary>
    public double Clip { get; init; }

    /// <summary>The number of batches whose gradients are averaged for a step, 1 or more.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>
    /// The decay d of the average of the weights, which is validated and tested instead of them, above 0 and
    /// below 1; 0 for none. See <see cref="WeightAverage{T}"/>.
    /// </summary>
    public double Average { get; init; }

    /// <summary>The epochs without a smaller validation loss after which training stops, 1 or more; 0 for never (T5).</summary>
    public int Patience { get; init; }

    /// <summary>How training images are changed each time, as in <see cref="AugmentationNames"/>: shift:2,rotate:15; null for no change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Augment { get; init; }

    /// <summary>
    /// A mean and a deviation for each channel, as in <see cref="PixelNames"/>:
    /// 0.485,0.456,0.406/0.229,0.224,0.225; null for the model's range for all channels.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Pixels { get; init; }

    /// <summary>How inputs are prepared with what is learnt from the training images, one of <see cref="PreparationNames.All"/>; null for no preparation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Prepare { get; init; }

    /// <summary>The source of the initial weights: the folder of a run, for its best weights, or a file of tensors; null for random weights.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    /// <summary>The SHA-256 of the file with the initial weights; a run fills it in when it starts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FromSha256 { get; init; }

    /// <summary>The paths of layers and blocks to freeze, separated by commas; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Freeze { get; init; }

    /// <summary>Factors of the learning rate for layers and blocks, PATH=FACTOR, separated by commas, above 0; null where all learn at the same rate.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Rates { get; init; }

    /// <summary>Seed for all random numbers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>One of <see cref="BackendNames.All"/>, which round differently. The host creates the backend: the run itself only records its name.</summary>
    public string Backend { get; init; } = BackendNames.Simd;

    /// <summary>Whether the card of the cuda backend rounds the operands of products to TF32. The run itself only records it.</summary>
    public bool Tf32 { get; init; }

    /// <summary>Whether cuDNN computes the convolutions of the cuda backend. The run itself only records it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Cudnn { get; init; }

    /// <summary>The number of training images held out to choose the best epoch; with 0 the last epoch counts as the best.</summary>
    public int Validation { get; init; } = 5000;

    /// <summary>The part of the training images that is held out instead of a number of them: 2/5 for the second of five (T10); null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fold { get; init; }

    /// <summary>The maximum number of images to train on, after the validation images were held out; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether the run keeps histograms of its weights after each epoch, in histograms.csv. The bits of the rest do not depend on it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepHistograms { get; init; }

    /// <summary>The options of an architecture's recipe.</summary>
    public static RunOptions Of(Architecture architecture)
    {
        Recipe recipe = architecture.Recipe;
        return new RunOptions
        {
            Model = architecture.Name,
            Epochs = recipe.Epochs,
            BatchSize = recipe.BatchSize,
            Optimizer = recipe.Optimizer,
            LearningRate = recipe.LearningRate,
            Schedule = recipe.Schedule,
            WeightDecay = recipe.WeightDecay,
            LabelSmoothing = recipe.LabelSmoothing,
            Average = recipe.Average,
            Pixels = recipe.Pixels,
        };
    }

    /// <summary>Creates the schedule of the learning rate.</summary>
    /// <exception cref="InputException">There is no such schedule, or a number in it is outside its range.</exception>
    public LearningRateSchedule CreateSchedule() => ScheduleNames.Create(Schedule, LearningRate, Epochs);

    /// <summary>Checks everything that can be checked before data are read.</summary>
    /// <exception cref="InputException">A value is outside its range.</exception>
    public void Check()
    {
        Require(Epochs >= 1, "epochs", "a whole number of 1 or more", Epochs);
        Require(BatchSize >= 1, "batch size", "a whole number of 1 or more", BatchSize);
        // Networks are trained with float: a value that it rounds to 0, to 1 or to infinity counts as such.
        Require((float)LearningRate is > 0 and < float.PositiveInfinity, "learning rate", "a number above 0 that float can hold (1.4E-45 to 3.4E+38)", LearningRate);
        Require((float)Momentum is >= 0 and < 1, "momentum", "a number from 0 to below 1", Momentum);
        Require(WeightDecay == 0 || (float)WeightDecay is > 0 and < float.PositiveInfinity, "weight decay", "0, or a number above 0 that float can hold", WeightDecay);
        Require(L1 == 0 || (float)L1 is > 0 and < float.PositiveInfinity, "L1 penalty", "0, or a number above 0 that float can hold", L1);
        Require((float)LabelSmoothing is >= 0 and < 1, "label smoothing", "a number from 0 to below 1", LabelSmoothing);
        Require(Clip == 0 || (float)Clip is > 0 and < float.PositiveInfinity, "largest norm of gradients", "0, or a number above 0 that float can hold", Clip);
        Require(Accumulate >= 1, "number of batches per step", "a whole number of 1 or more", Accumulate);
        Require(Average == 0 || ((float)Average is > 0 and < 1), "decay of the average", "0, or a number above 0 and below 1", Average);
        Require(Patience >= 0, "patience", "a whole number of 0 or more", Patience);
        Require(Validation >= 0, "validation", "a whole number of 0 or more", Validation);
        Require(Limit is null or >= 1, "limit", "a whole number of 1 or more", Limit);
        Require(!string.IsNullOrWhiteSpace(Data), "data", "a folder or the name of a data set", Data);
        LearningRateSchedule schedule = CreateSchedule();
        Require((float)schedule.SmallestRate(Epochs) > 0, "epochs", $"fewer, so that the learning rate, whose schedule is {Schedule}, does not vanish", Epochs);
        Require(Validation > 0 || Fold is not null || !schedule.FollowsValidation, "validation", $"1 or more, since the schedule {Schedule} follows the validation loss", Validation);
        Require(Validation > 0 || Fold is not null || Patience == 0, "validation", "1 or more, since patience needs a validation loss", Validation);
        Require(From is null || !string.IsNullOrWhiteSpace(From), "first weights", "the folder of a run or a file", From);
        Require(Freeze is null || Freeze.Split(',').All(path => !string.IsNullOrWhiteSpace(path)), "frozen layers", "paths with commas between", Freeze);
        if (Rates is not null)
            LayerRates.Parse(Rates);
        if (Fold is not null)
            FoldNames.Parse(Fold);
        Augmentation();
        if (Pixels is not null)
            PixelNames.Create(Pixels);
        if (Prepare is not null)
            PreparationNames.Parse(Prepare);
        OptimizerNames.Check(Optimizer);
        BackendNames.Check(Backend);
    }

    /// <summary>The same with another optimizer, and with its usual learning rate where there is one.</summary>
    public RunOptions With(string optimizer) => optimizer == Optimizer ? this : this with { Optimizer = optimizer, LearningRate = OptimizerNames.UsualRate(optimizer) ?? LearningRate };

    /// <summary>The images to train on, before <see cref="Limit"/>, and those held out.</summary>
    /// <param name="images">The training images of the data set.</param>
    /// <exception cref="InputException">There are too few.</exception>
    public (ImageSet Training, ImageSet Validation) Split(ImageSet images)
    {
        (int[] training, int[] validation) = Split(images.Count);
        return (images.Select(training), images.Select(validation));
    }

    /// <summary>Which of the training images of a data set this run uses: those held out, and the first of the others up to <see cref="Limit"/>.</summary>
    /// <param name="count">The number of training images of the data set.</param>
    /// <returns>For each image whether it is used; null if all are.</returns>
    /// <exception cref="InputException">There are too few.</exception>
    public bool[]? Uses(int count)
    {
        if (Limit is not { } limit)
            return null;
        bool[] uses = new bool[count];
        (int[] training, int[] validation) = Split(count);
        foreach (int image in training.Take(limit).Concat(validation))
            uses[image] = true;
        return uses;
    }

    private (int[] Training, int[] Validation) Split(int count)
    {
        if (Fold is null)
            return Shuffling.HoldOut(count, Validation, Seed);
        (int number, int parts) = FoldNames.Parse(Fold);
        return Shuffling.HoldOutPart(count, number, parts, Seed);
    }

    /// <summary>The augmentation of the training images; null for none.</summary>
    internal AugmentationPipeline? Augmentation() => string.IsNullOrEmpty(Augment) ? null : AugmentationNames.Create(Augment);

    private static void Require(bool holds, string name, string expected, object? found)
    {
        string text = Convert.ToString(found, System.Globalization.CultureInfo.InvariantCulture) ?? "";
        if (!holds)
            throw new InputException($"The {name} must be {expected}; found {(text.Length == 0 ? "nothing" : text)}.");
    }
}
