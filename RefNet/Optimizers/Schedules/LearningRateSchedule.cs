namespace RefNet.Optimizers.Schedules;

/// <summary>
/// The learning rate of each epoch as a function of its number alone: a run that stops early, goes on longer or resumes
/// follows the same rates. LECTURES T4.
/// </summary>
public abstract class LearningRateSchedule
{
    /// <summary>Takes the rate to begin with.</summary>
    /// <param name="initialRate">η₀, the rate of epoch 0, above 0.</param>
    protected LearningRateSchedule(double initialRate)
    {
        if (!(initialRate > 0 && double.IsFinite(initialRate)))
            throw new ArgumentOutOfRangeException(nameof(initialRate), initialRate, "A learning rate must be a finite number above 0.");
        InitialRate = initialRate;
    }

    /// <summary>η₀, the rate of epoch 0.</summary>
    public double InitialRate { get; }

    /// <summary>η(t), the rate of an epoch.</summary>
    /// <param name="epoch">t, 0 for the first.</param>
    public double RateOf(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        return InitialRate * Factor(epoch);
    }

    /// <summary>η(t) / η₀; 1 at t = 0.</summary>
    protected abstract double Factor(int epoch);
}
