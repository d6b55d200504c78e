namespace RefNet.Optimizers.Schedules;

/// <summary>The same rate in every epoch: η(t) = η₀.</summary>
/// <param name="initialRate">η₀, above 0.</param>
public sealed class ConstantRate(double initialRate) : LearningRateSchedule(initialRate)
{
    /// <inheritdoc/>
    protected override double Factor(int epoch) => 1;
}
