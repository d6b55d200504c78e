namespace RefNet.Optimizers.Schedules;

/// <summary>A rate that drops every k epochs: η(t) = η₀ f^⌊t/k⌋, halved every 10 epochs on the slide. LECTURES Y28, T4.</summary>
public sealed class StepDecay : LearningRateSchedule
{
    private readonly int every;
    private readonly double factor;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initialRate">η₀, above 0.</param>
    /// <param name="every">k, the number of epochs with the same rate, 1 or more.</param>
    /// <param name="factor">f, the factor of each drop, above 0 and at most 1.</param>
    public StepDecay(double initialRate, int every, double factor = 0.5) : base(initialRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        (this.every, this.factor) = (every, Share(factor, nameof(factor)));
    }

    /// <inheritdoc/>
    protected override double Factor(double t, ReadOnlySpan<double> losses) => Math.Pow(factor, Math.Floor(t / every));
}
