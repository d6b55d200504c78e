namespace RefNet.Optimizers.Schedules;

/// <summary>
/// Another schedule times a ramp: η(t) = η'(t) (0.01 + 0.99 t/w) for t below w, and η'(t) from then on. Goyal et al. 2017,
/// section 2.2; LECTURES T4.
/// </summary>
/// <remarks>First steps of full length can throw the initial weights far off. The other schedule does not wait: it counts its epochs from 0.</remarks>
/// <param name="schedule">η'.</param>
/// <param name="epochs">w, above 0; it need not be an integer.</param>
public sealed class WarmUp(LearningRateSchedule schedule, double epochs) : LearningRateSchedule(schedule.BaseRate)
{
    private const double First = 0.01;

    private readonly double epochs = epochs > 0 && double.IsFinite(epochs)
        ? epochs
        : throw new ArgumentOutOfRangeException(nameof(epochs), epochs, "The epochs of a warm-up must be a finite number above 0.");

    /// <inheritdoc/>
    public override bool SpansTheRun => schedule.SpansTheRun;

    /// <inheritdoc/>
    public override bool FollowsValidation => schedule.FollowsValidation;

    /// <inheritdoc/>
    protected override double Factor(double t, ReadOnlySpan<double> losses) => schedule.RateOf(t, losses) / BaseRate * Ramp(t);

    /// <inheritdoc/>
    protected override double LastFactor(int count) => schedule.SmallestRate(count) / BaseRate * Ramp(count - 1);

    private double Ramp(double t) => First + (1 - First) * Math.Min(t / epochs, 1);
}
