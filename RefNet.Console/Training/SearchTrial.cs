using RefNet.Training;

namespace RefNet.Console;

/// <summary>A trial of a search: its options, and the best epoch of its run or of each fold; empty where one diverged.</summary>
internal sealed record SearchTrial(int Number, RunOptions Options, IReadOnlyList<EpochRecord> Best)
{
    public bool Diverged => Best.Count == 0;

    /// <summary>The measure that the best trial minimises: the validation loss, or its mean over the folds.</summary>
    public double Loss => Diverged ? double.PositiveInfinity : Best.Average(epoch => epoch.ValidationLoss!.Value);

    /// <summary>The validation error, or its mean over the folds.</summary>
    public double Error => Errors.Average();

    /// <summary>The standard deviation of the errors of the folds; null without folds.</summary>
    public double? Deviation => Best.Count > 1 ? Spread.Of([.. Errors]).Deviation : null;

    /// <summary>The error as text: 1.20 %, or 1.20 ± 0.15 % with the standard deviation over folds.</summary>
    public string ErrorText => Diverged ? "diverged" : Deviation is { } deviation ? $"{Format.Percent(Error)[..^2]} ± {Format.Percent(deviation)}" : Format.Percent(Error);

    /// <summary>The best epoch, or those of the folds.</summary>
    public string Epochs => string.Join(" ", Best.Select(epoch => epoch.Epoch));

    private IEnumerable<double> Errors => Best.Select(epoch => epoch.ValidationError!.Value);
}
