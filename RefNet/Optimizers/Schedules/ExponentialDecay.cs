namespace RefNet.Optimizers.Schedules;

/// <summary>A rate that falls by the same share every epoch: η(t) = η₀ exp(-k t). LECTURES Y28, T4.</summary>
public sealed class ExponentialDecay : LearningRateSchedule
{
    private readonly double k;

    /// <summary>Makes the schedule.</summary>
    /// <param name="initialRate">η₀, above 0.</param>
    /// <param name="k">0 or more, per epoch: after 1/k epochs the rate has fallen to 37 %.</param>
    public ExponentialDecay(double initialRate, double k) : base(initialRate)
    {
        if (!(k >= 0 && double.IsFinite(k)))
            throw new ArgumentOutOfRangeException(nameof(k), k, "k must be a finite number, 0 or more.");
        this.k = k;
    }

    /// <inheritdoc/>
    protected override double Factor(int epoch) => Math.Exp(-k * epoch);
}
