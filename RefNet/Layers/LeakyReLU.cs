using System.Numerics;
using RefNet.Backends;

namespace RefNet.Layers;

/// <summary>
/// Leaky rectified linear unit: y = x where x > 0 and y = a x elsewhere, any shape -> the same shape. Maas, Hannun and Ng
/// 2013; LECTURES L9, X40.
/// </summary>
/// <remarks>
/// Below 0 a gradient still flows, so that a unit cannot die. max(a x, x) is the same function for a slope of at most
/// 1; above 1 it is a x for x > 0 and x elsewhere (X40). The slope at the kink x = 0 is taken as a, as in PyTorch.
/// </remarks>
public sealed class LeakyReLU<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double slope;
    private readonly T a;

    /// <summary>Creates the layer.</summary>
    /// <param name="slope">a, the slope below 0, any finite number; 0 gives ReLU.</param>
    public LeakyReLU(double slope = 0.01)
    {
        if (!double.IsFinite(slope))
            throw new ArgumentOutOfRangeException(nameof(slope), slope, "The slope must be a finite number.");
        this.slope = slope;
        a = T.CreateChecked(slope);
    }

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override ElementKernel Kernel => new(ElementFunction.LeakyReLU, slope);

    /// <inheritdoc/>
    public override T Value(T x) => x > T.Zero ? x : a * x;

    // (1) dy/dx is 1 where x > 0 and a elsewhere

    /// <inheritdoc/>
    public override T Slope(T x, T y) => x > T.Zero ? T.One : a; // (1)

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, CSharp.Option("slope", slope, 0.01));
}
