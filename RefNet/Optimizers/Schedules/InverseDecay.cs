namespace RefNet.Optimizers.Schedules;

/// <summary>
/// A rate that falls with the inverse of time, the slides' 1/t decay: η(t) = η₀ / (1 + k ⌊t⌋). With it stochastic gradient
/// descent converges (Robbins and Monro 1951). LECTURES T4.
/// </summary>
/// <param name="initialRate">η₀, above 0.</param>
/// <param name="k">0 or more, per epoch: after 1/k epochs the rate has halved.</param>
public sealed class InverseDecay(double initialRate, double k) : LearningRateSchedule(initialRate)
{
    private readonly double k = AtLeast(0, k, nameof(k));

    /// <inheritdoc/>
    protected override double Factor(double t, ReadOnlySpan<double> losses) => 1 / (1 + k * Math.Floor(t));
}
