using System.Numerics;

namespace RefNet.Layers;

/// <summary>
/// Exponential linear unit: y = x where x > 0 and y = α (exp(x) - 1) elsewhere, any shape -> the same shape, values above
/// -α. Clevert, Unterthiner and Hochreiter 2016; LECTURES L9.
/// </summary>
/// <remarks>With α = 1 the slope has no jump at 0; with any other α it goes from α to 1 there.</remarks>
public sealed class Elu<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T alpha;

    /// <summary>Makes the layer.</summary>
    /// <param name="alpha">α, above 0: how far down it goes.</param>
    public Elu(double alpha = 1)
    {
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "α must be a finite number above 0.");
        this.alpha = T.CreateChecked(alpha);
    }

    /// <inheritdoc/>
    protected override void Forward(ReadOnlySpan<T> x, Span<T> y)
    {
        for (int i = 0; i < x.Length; i++)
            y[i] = x[i] > T.Zero ? x[i] : alpha * T.ExpM1(x[i]);
    }

    // (1) dy/dx = 1 where x > 0, and elsewhere α exp(x) = y + α
    // (2) dx = dy dy/dx

    /// <inheritdoc/>
    protected override void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX)
    {
        for (int i = 0; i < x.Length; i++)
            dX[i] = dY[i] * (x[i] > T.Zero ? T.One : y[i] + alpha); // (1), (2)
    }
}
