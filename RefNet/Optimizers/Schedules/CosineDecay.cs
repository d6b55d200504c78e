namespace RefNet.Optimizers.Schedules;

/// <summary>
/// A rate that falls along half a cosine from the first step to the last: η(t) = η₀ (f + (1 - f) (1 + cos(π t/T)) / 2), with
/// T epochs in all. Loshchilov and Hutter 2017, equation 5, without restarts; LECTURES T4.
/// </summary>
public sealed class CosineDecay : LearningRateSchedule
{
    private readonly int epochs;
    private readonly double final;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initialRate">η₀, above 0.</param>
    /// <param name="epochs">T, 1 or more; after T the rate stays at its final value.</param>
    /// <param name="final">f, the share of η₀ that is left at T, from 0 to 1.</param>
    public CosineDecay(double initialRate, int epochs, double final = 0) : base(initialRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        if (final is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(final), final, "The share that is left must be from 0 to 1.");
        (this.epochs, this.final) = (epochs, final);
    }

    /// <inheritdoc/>
    public override bool SpansTheRun => true;

    /// <inheritdoc/>
    protected override double Factor(double t, ReadOnlySpan<double> losses) => Between(1, final, t / epochs);

    /// <summary>Interpolates from a to b along half a cosine: a at 0, b at 1 and beyond.</summary>
    internal static double Between(double a, double b, double share) => b + (a - b) * (1 + Math.Cos(Math.PI * Math.Min(share, 1))) / 2;
}
