using System.Numerics;
using RefNet.Backends;

namespace RefNet.Layers;

/// <summary>
/// Exponential linear unit: y = x where x > 0 and y = α (exp(x) - 1) elsewhere, any shape -> the same shape, values above
/// -α. Clevert, Unterthiner and Hochreiter 2016; LECTURES L9.
/// </summary>
/// <remarks>With α = 1 the slope has no jump at 0; with any other α it goes from α to 1 there.</remarks>
public sealed class Elu<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double alpha;
    private readonly T a;

    /// <summary>Creates the layer.</summary>
    /// <param name="alpha">α, above 0: the limit for large negative x is -α.</param>
    public Elu(double alpha = 1)
    {
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "α must be a finite number above 0.");
        this.alpha = alpha;
        a = T.CreateChecked(alpha);
    }

    /// <inheritdoc/>
    public override ElementKernel Kernel => new(ElementFunction.Elu, alpha);

    /// <inheritdoc/>
    public override T Value(T x) => x > T.Zero ? x : a * T.ExpM1(x);

    // (1) dy/dx = 1 where x > 0, and elsewhere α exp(x) = y + α

    /// <inheritdoc/>
    public override T Slope(T x, T y) => x > T.Zero ? T.One : y + a; // (1)

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, CSharp.Option("alpha", alpha, 1.0));
}
