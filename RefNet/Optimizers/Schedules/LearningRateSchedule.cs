namespace RefNet.Optimizers.Schedules;

/// <summary>
/// The learning rate as a function of the time t in epochs and of the validation losses so far, and of nothing else: a run
/// that stops and resumes follows the same rates. LECTURES T4.
/// </summary>
/// <remarks>
/// A step takes the rate at its beginning: step s of S in epoch e, both from 0, that of t = e + s/S. Some schedules
/// change from epoch to epoch and use only ⌊t⌋, some change from step to step.
/// </remarks>
public abstract class LearningRateSchedule
{
    /// <summary>Creates a schedule that varies a base rate.</summary>
    /// <param name="baseRate">η₀, above 0: the first rate, or the largest, depending on the schedule.</param>
    protected LearningRateSchedule(double baseRate)
    {
        if (!(baseRate > 0 && double.IsFinite(baseRate)))
            throw new ArgumentOutOfRangeException(nameof(baseRate), baseRate, "A learning rate must be a finite number above 0.");
        BaseRate = baseRate;
    }

    /// <summary>η₀.</summary>
    public double BaseRate { get; }

    /// <summary>Whether it depends on the number of epochs: such a run cannot be extended.</summary>
    public virtual bool SpansTheRun => false;

    /// <summary>Whether it depends on validation losses.</summary>
    public virtual bool FollowsValidation => false;

    /// <summary>η(t), the rate at a time.</summary>
    /// <param name="t">Epochs since the start, 0 or more; an integer at the start of an epoch.</param>
    /// <param name="losses">The validation loss of each previous epoch.</param>
    public double RateOf(double t, params ReadOnlySpan<double> losses)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(t);
        return BaseRate * Factor(t, losses);
    }

    /// <summary>A lower bound of the rate at the start of any of the given number of epochs.</summary>
    public double SmallestRate(int epochs) => BaseRate * Math.Min(Factor(0, []), LastFactor(epochs));

    /// <summary>η(t) / η₀.</summary>
    protected abstract double Factor(double t, ReadOnlySpan<double> losses);

    /// <summary>η / η₀ at the start of the last of the given number of epochs; the smallest possible if it depends on losses.</summary>
    protected virtual double LastFactor(int epochs) => Factor(epochs - 1, []);

    /// <summary>A setting that must be above 0 and at most 1.</summary>
    private protected static double Share(double value, string name) => value is > 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The factor must be above 0 and at most 1.");

    /// <summary>A setting that must be finite and at least some minimum.</summary>
    private protected static double AtLeast(double least, double value, string name) => value >= least && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} must be a finite number, {least} or more."));
}
