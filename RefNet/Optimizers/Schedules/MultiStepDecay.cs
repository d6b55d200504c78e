namespace RefNet.Optimizers.Schedules;

/// <summary>
/// A rate that drops after the epochs of a list: η(t) = η₀ f^n, where n of them are complete at t. He et al. 2016,
/// section 4.2, train the ResNets for CIFAR-10 this way. LECTURES T4.
/// </summary>
public sealed class MultiStepDecay : LearningRateSchedule
{
    private readonly int[] after;
    private readonly double factor;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initialRate">η₀, above 0.</param>
    /// <param name="after">The number of epochs before each drop: 1 or more, in ascending order.</param>
    /// <param name="factor">f, the factor of each drop, above 0 and at most 1.</param>
    public MultiStepDecay(double initialRate, IReadOnlyList<int> after, double factor = 0.1) : base(initialRate)
    {
        if (after.Count == 0 || after[0] < 1 || after.Zip(after.Skip(1)).Any(pair => pair.Second <= pair.First))
            throw new ArgumentException("The epochs of the drops must be 1 or more and rise.", nameof(after));
        (this.after, this.factor) = ([.. after], Share(factor, nameof(factor)));
    }

    /// <inheritdoc/>
    protected override double Factor(double t, ReadOnlySpan<double> losses)
    {
        int drops = 0;
        while (drops < after.Length && after[drops] <= t)
            drops++;
        return Math.Pow(factor, drops);
    }
}
