namespace RefNet.Optimizers.Schedules;

/// <summary>A constant rate: η(t) = η₀.</summary>
/// <param name="rate">η₀, above 0.</param>
public sealed class ConstantRate(double rate) : LearningRateSchedule(rate)
{
    /// <inheritdoc/>
    protected override double Factor(double t, ReadOnlySpan<double> losses) => 1;
}
