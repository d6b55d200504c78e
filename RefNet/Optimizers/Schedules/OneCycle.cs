namespace RefNet.Optimizers.Schedules;

/// <summary>
/// A rate that rises to η₀ in the first part w of T epochs and falls to almost nothing in the rest, both along half a cosine:
/// from η₀/d at 0 to η₀ at w T, and to η₀/(d e) at T. Smith 2018, "A disciplined approach to neural network
/// hyper-parameters", section 4.1; LECTURES T4.
/// </summary>
/// <remarks>
/// Large rates in the middle regularise; the small ones at the end let the weights converge. Smith's lines are
/// straight; PyTorch's OneCycleLR uses half cosines by default, with these numbers. The momentum does not change.
/// </remarks>
public sealed class OneCycle : LearningRateSchedule
{
    private readonly int epochs;
    private readonly double rise;
    private readonly double first;
    private readonly double last;

    /// <summary>Creates the schedule.</summary>
    /// <param name="largestRate">η₀, above 0.</param>
    /// <param name="epochs">T, 1 or more; after T the rate stays at its final value.</param>
    /// <param name="rise">w, the share of the epochs in which the rate rises, above 0 and below 1.</param>
    /// <param name="divisor">d, 1 or more.</param>
    /// <param name="finalDivisor">e, 1 or more.</param>
    public OneCycle(double largestRate, int epochs, double rise = 0.3, double divisor = 25, double finalDivisor = 1e4) : base(largestRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        if (rise is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rise), rise, "The share of the epochs in which the rate rises must be above 0 and below 1.");
        (this.epochs, this.rise) = (epochs, rise);
        first = 1 / AtLeast(1, divisor, nameof(divisor));
        last = first / AtLeast(1, finalDivisor, nameof(finalDivisor));
    }

    /// <inheritdoc/>
    public override bool SpansTheRun => true;

    /// <inheritdoc/>
    protected override double Factor(double t, ReadOnlySpan<double> losses)
    {
        double top = rise * epochs;
        return t < top ? CosineDecay.Between(first, 1, t / top) : CosineDecay.Between(1, last, (t - top) / (epochs - top));
    }
}
