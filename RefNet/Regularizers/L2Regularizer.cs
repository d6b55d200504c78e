using System.Numerics;

namespace RefNet.Regularizers;

/// <summary>
/// Sum of squares: R = λ Σ w², over all weights. Hoerl and Kennard 1970, ridge regression; LECTURES X30, T9.
/// </summary>
/// <remarks>The lectures' form, without 1/2. It pulls harder at larger weights.</remarks>
/// <param name="lambda">λ, 0 or more, in units of the loss over squared weights.</param>
public sealed class L2Regularizer<T>(double lambda) : Regularizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T lambda = Factor(lambda, nameof(lambda));

    /// <inheritdoc/>
    protected override T Forward(ReadOnlySpan<T> w) => lambda * TensorPrimitives.SumOfSquares(w);

    // Each weight appears in one term, λ w²:
    // (1) dR/dw = 2 λ w

    /// <inheritdoc/>
    protected override void Backward(ReadOnlySpan<T> w, Span<T> dW) =>
        TensorPrimitives.MultiplyAdd(w, lambda + lambda, dW, dW); // (1) dW += 2 λ w
}
