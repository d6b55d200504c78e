namespace RefNet.Training;

/// <summary>
/// All that decides what a training run computes: with the same options and data it ends with the same bits, on any number
/// of threads of the same machine. (Processors with other vector widths may round differently.)
/// </summary>
public sealed record RunOptions
{
    /// <summary>The name of a recipe: lenet5, lenet5-modern, mlp, perceptron.</summary>
    public required string Model { get; init; }

    /// <summary>The folder of the data, or the name of a set that ships with the project.</summary>
    public string Data { get; init; } = "mnist";

    /// <summary>The SHA-256 of the data that the run has learnt from; a run fills it in when it begins.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>Passes over the training images, 1 or more.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images a step, 1 or more.</summary>
    public required int BatchSize { get; init; }

    /// <summary>One of <see cref="OptimizerNames.All"/>: sgd, momentum, adam ...</summary>
    public required string Optimizer { get; init; }

    /// <summary>The learning rate η of the first epoch, above 0.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The rate of epoch t, counted from 0, is η exp(-k t): this is k, 0 or more (Y28).</summary>
    public double LearningRateDecay { get; init; }

    /// <summary>The momentum μ where the optimiser has one, from 0 to below 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>λ of the L2 penalty on weights, 0 or more.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Where everything random comes from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Where the host has large products computed, cpu or cuda: they round differently. The run itself does not read it.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether the card of <see cref="Device"/> rounds the operands of products to TF32. The run itself does not read it.</summary>
    public bool Tf32 { get; init; }

    /// <summary>How many training images are held out to choose the best epoch; 0 takes the last epoch.</summary>
    public int Validation { get; init; } = 5000;

    /// <summary>The most images to train on, after the validation images were held out; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Checks what can be checked before any data are read.</summary>
    /// <exception cref="InputException">A value lies outside its range.</exception>
    public void Check()
    {
        Require(Epochs >= 1, "epochs", "a whole number of 1 or more", Epochs);
        Require(BatchSize >= 1, "batch size", "a whole number of 1 or more", BatchSize);
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "learning rate", "a number above 0", LearningRate);
        Require(LearningRateDecay >= 0 && double.IsFinite(LearningRateDecay), "learning rate decay", "a number of 0 or more", LearningRateDecay);
        Require(Momentum is >= 0 and < 1, "momentum", "a number from 0 to below 1", Momentum);
        Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), "weight decay", "a number of 0 or more", WeightDecay);
        Require(Validation >= 0, "validation", "a whole number of 0 or more", Validation);
        Require(Limit is null or >= 1, "limit", "a whole number of 1 or more", Limit);
        Require(!string.IsNullOrWhiteSpace(Data), "data", "a folder or the name of a set", Data);
        double lastRate = LearningRate * Math.Exp(-LearningRateDecay * (Epochs - 1));
        Require(lastRate > 0, "epochs", $"fewer, so that the learning rate, which falls by exp(-{LearningRateDecay}) each time, does not vanish", Epochs);
        OptimizerNames.Check(Optimizer);
    }

    private static void Require(bool holds, string name, string expected, object? found)
    {
        string text = Convert.ToString(found, System.Globalization.CultureInfo.InvariantCulture) ?? "";
        if (!holds)
            throw new InputException($"The {name} must be {expected}; found {(text.Length == 0 ? "nothing" : text)}.");
    }
}
