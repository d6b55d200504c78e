using System.Numerics;

namespace RefNet.Regularizers;

/// <summary>
/// Both penalties at once: R = λ₁ Σ |w| + λ₂ Σ w², over all weights. Zou and Hastie 2005, equation 3; LECTURES T9.
/// </summary>
/// <remarks>
/// <see cref="L1Regularizer{T}"/> alone keeps one of several equivalent weights and drops the others; the squares
/// spread the work over them. At w = 0 it has the kink of |w|.
/// </remarks>
/// <param name="lambda1">λ₁, 0 or more, in units of the loss over weights.</param>
/// <param name="lambda2">λ₂, 0 or more, in units of the loss over squared weights.</param>
public sealed class ElasticNet<T>(double lambda1, double lambda2) : Regularizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T lambda1 = Factor(lambda1, nameof(lambda1));
    private readonly T lambda2 = Factor(lambda2, nameof(lambda2));

    /// <inheritdoc/>
    protected override T Forward(ReadOnlySpan<T> w) => lambda1 * TensorPrimitives.SumOfMagnitudes(w) + lambda2 * TensorPrimitives.SumOfSquares(w);

    // Each weight appears in λ₁ |w| + λ₂ w²:
    // (1) dR/dw = λ₁ sign(w) + 2 λ₂ w, with sign(0) = 0

    /// <inheritdoc/>
    protected override void Backward(ReadOnlySpan<T> w, Span<T> dW)
    {
        for (int i = 0; i < w.Length; i++)
            dW[i] += (w[i] == T.Zero ? T.Zero : T.CopySign(lambda1, w[i])) + (lambda2 + lambda2) * w[i]; // (1)
    }
}
