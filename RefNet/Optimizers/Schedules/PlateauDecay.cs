namespace RefNet.Optimizers.Schedules;

/// <summary>
/// A rate that drops on demand: after p consecutive epochs without a validation loss below the best before them, η ←
/// f η, and counting starts again. LECTURES T4.
/// </summary>
/// <remarks>A loss equal to the best is not below it. PyTorch's ReduceLROnPlateau with threshold 0 and a patience of p - 1 is the same.</remarks>
public sealed class PlateauDecay : LearningRateSchedule
{
    private readonly int patience;
    private readonly double factor;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initialRate">η₀, above 0.</param>
    /// <param name="patience">p, 1 or more.</param>
    /// <param name="factor">f, above 0 and at most 1.</param>
    public PlateauDecay(double initialRate, int patience, double factor = 0.1) : base(initialRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        (this.patience, this.factor) = (patience, Share(factor, nameof(factor)));
    }

    /// <inheritdoc/>
    public override bool FollowsValidation => true;

    /// <inheritdoc/>
    protected override double Factor(double t, ReadOnlySpan<double> losses)
    {
        int drops = 0, waited = 0;
        double best = double.PositiveInfinity;
        foreach (double loss in losses)
        {
            waited = loss < best ? 0 : waited + 1;
            best = Math.Min(best, loss);
            if (waited == patience)
                (drops, waited) = (drops + 1, 0);
        }

        return Math.Pow(factor, drops);
    }

    // The first loss is always the best so far; none of the others need be.

    /// <inheritdoc/>
    protected override double LastFactor(int epochs) => Math.Pow(factor, Math.Max(0, epochs - 2) / patience);
}
