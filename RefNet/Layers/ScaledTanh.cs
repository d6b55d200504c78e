using System.Numerics;
using RefNet.LinearAlgebra;

namespace RefNet.Layers;

/// <summary>
/// The squashing function of LeNet-5: y = A tanh(S x) with A = 1.7159 and S = 2/3, any shape -> the same shape, values in
/// (-A, A). LeCun et al. 1998, equation 6 and appendix A; LECTURES L9.
/// </summary>
/// <remarks>A and S are such that f(1) = 1 and f(-1) = -1, where the curvature is largest: targets of +-1 are in reach.</remarks>
public sealed class ScaledTanh<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A, the largest output.</summary>
    public const double Amplitude = 1.7159;

    /// <summary>S, which makes the slope at the origin A S.</summary>
    public const double Slope = 2.0 / 3;

    private static readonly T A = T.CreateChecked(Amplitude);
    private static readonly T S = T.CreateChecked(Slope);
    private static readonly T SOverA = T.CreateChecked(Slope / Amplitude);

    /// <inheritdoc/>
    protected override void Forward(ReadOnlySpan<T> x, Span<T> y)
    {
        TensorPrimitives.Multiply(x, S, y);
        VectorMath.Tanh(y, y);
        TensorPrimitives.Multiply(y, A, y);
    }

    // With t = tanh(S x), y = A t and dt/dx = S (1 - t²) (see Tanh):
    // (1) dy/dx = A S (1 - t²) = A S (1 - y²/A²) = (S/A) (A + y) (A - y)
    // (2) dx = dy (S/A) (A + y) (A - y)

    /// <inheritdoc/>
    protected override void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX)
    {
        TensorPrimitives.Subtract(A, y, dX);
        TensorPrimitives.AddMultiply(y, A, dX, dX); // (1) (A + y) (A - y)
        TensorPrimitives.Multiply(dX, SOverA, dX);  //     times S/A
        TensorPrimitives.Multiply(dX, dY, dX);      // (2)
    }
}
