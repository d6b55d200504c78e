namespace RefNet.Optimizers.Schedules;

/// <summary>A rate that falls by the same share every epoch: η(t) = η₀ exp(-k ⌊t⌋). LECTURES Y28, T4.</summary>
/// <param name="initialRate">η₀, above 0.</param>
/// <param name="k">0 or more, per epoch: after 1/k epochs the rate has fallen to 37 %.</param>
public sealed class ExponentialDecay(double initialRate, double k) : LearningRateSchedule(initialRate)
{
    private readonly double k = AtLeast(0, k, nameof(k));

    /// <inheritdoc/>
    protected override double Factor(double t, ReadOnlySpan<double> losses) => Math.Exp(-k * Math.Floor(t));
}
