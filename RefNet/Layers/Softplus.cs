using System.Numerics;

namespace RefNet.Layers;

/// <summary>
/// Softplus: y = log(1 + exp(x)), any shape -> the same shape, values above 0. Dugas et al. 2001; LECTURES L9.
/// </summary>
/// <remarks>A ReLU without a kink: its slope is the logistic sigmoid, and it differs from max(0, x) by log 2 at most, at 0.</remarks>
public sealed class Softplus<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // log(1 + e^x) = max(0, x) + log(1 + e^-|x|): the exponential never overflows.

    /// <inheritdoc/>
    protected override void Forward(ReadOnlySpan<T> x, Span<T> y)
    {
        for (int i = 0; i < x.Length; i++)
            y[i] = T.Max(T.Zero, x[i]) + T.LogP1(T.Exp(-T.Abs(x[i])));
    }

    // (1) dy/dx = exp(x) / (1 + exp(x)) = 1 / (1 + exp(-x))
    // (2) dx = dy dy/dx

    /// <inheritdoc/>
    protected override void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX)
    {
        for (int i = 0; i < x.Length; i++)
            dX[i] = dY[i] / (T.One + T.Exp(-x[i])); // (1), (2)
    }
}
