using System.Numerics;

namespace RefNet.Regularizers;

/// <summary>
/// Sum of magnitudes: R = λ Σ |w|, over all weights. Tibshirani 1996, the lasso; LECTURES T9.
/// </summary>
/// <remarks>
/// It pulls every weight equally hard, so that useless ones end near zero. At w = 0 there is a kink, and the slope
/// there is taken as 0: a weight at zero moves only with the loss.
/// </remarks>
/// <param name="lambda">λ, 0 or more, in units of the loss over weights.</param>
public sealed class L1Regularizer<T>(double lambda) : Regularizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T lambda = Factor(lambda, nameof(lambda));

    /// <inheritdoc/>
    protected override T Forward(ReadOnlySpan<T> w) => lambda * TensorPrimitives.SumOfMagnitudes(w);

    // Each weight appears in one term, λ |w|, whose slope is λ to the right of 0 and -λ to the left:
    // (1) dR/dw = λ sign(w), with sign(0) = 0

    /// <inheritdoc/>
    protected override void Backward(ReadOnlySpan<T> w, Span<T> dW)
    {
        for (int i = 0; i < w.Length; i++)
            dW[i] += w[i] == T.Zero ? T.Zero : T.CopySign(lambda, w[i]); // (1) dW += λ sign(w)
    }
}
