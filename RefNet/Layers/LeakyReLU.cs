using System.Numerics;

namespace RefNet.Layers;

/// <summary>
/// Leaky rectified linear unit: y = x where x > 0 and y = a x elsewhere, any shape -> the same shape. Maas, Hannun and Ng
/// 2013; LECTURES L9, X40.
/// </summary>
/// <remarks>
/// Below 0 a gradient still flows, so that a unit cannot die. max(a x, x) is the same for a slope of at most 1 and the
/// mirror image of it above (X40). The slope at the kink x = 0 is taken as a, as in PyTorch.
/// </remarks>
public sealed class LeakyReLU<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T a;

    /// <summary>Makes the layer.</summary>
    /// <param name="slope">a, the slope below 0, any finite number; 0 gives ReLU.</param>
    public LeakyReLU(double slope = 0.01)
    {
        if (!double.IsFinite(slope))
            throw new ArgumentOutOfRangeException(nameof(slope), slope, "The slope must be a finite number.");
        a = T.CreateChecked(slope);
    }

    /// <inheritdoc/>
    protected override void Forward(ReadOnlySpan<T> x, Span<T> y)
    {
        for (int i = 0; i < x.Length; i++)
            y[i] = x[i] > T.Zero ? x[i] : a * x[i];
    }

    // dy/dx is 1 where x > 0 and a elsewhere:
    // (1) dx = dy [x > 0] + a dy [x <= 0]

    /// <inheritdoc/>
    protected override void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX)
    {
        for (int i = 0; i < x.Length; i++)
            dX[i] = x[i] > T.Zero ? dY[i] : a * dY[i]; // (1)
    }
}
