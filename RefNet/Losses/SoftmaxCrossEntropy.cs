using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// Softmax and cross-entropy in one: L = mean over the samples of -sum_c t_c log p_c, with p = softmax(y); N x C -> one
/// number in nats, 0 or more. Bishop 1995, "Neural Networks for Pattern Recognition", section 6.9; LECTURES X42.
/// </summary>
/// <remarks>
/// y are logits, any finite numbers; t is 1 at the class and 0 elsewhere, or any distribution. A network that knows
/// nothing has loss ln C. The logarithm is never taken of a rounded p: logits of 1000 give finite losses (X42).
/// </remarks>
public sealed class SoftmaxCrossEntropy<T> : ClassificationLoss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Saved by Forward for Backward
    private Tensor<T>? dY;

    /// <inheritdoc/>
    protected override bool TakesIgnored => true;

    /// <inheritdoc/>
    public override T Forward(Tensor<T> y, Tensor<T> target)
    {
        CheckClasses(y, target);
        return Backend.SoftmaxCrossEntropy(y, target, dY = OutputGradientFor(y)); // (1), and (3) at once
    }

    // One sample; Z = sum_k exp(y_k), so log p_c = y_c - log Z, and sum_c t_c = 1:
    // (1) L = -sum_c t_c log p_c = log Z - sum_c t_c y_c
    // (2) d(log Z)/dy_c = exp(y_c)/Z = p_c
    // (3) dL/dy_c = p_c - t_c, and 1/N of it for the mean over N samples

    /// <inheritdoc/>
    public override Tensor<T> Backward() => OutputGradientFor(dY); // (3)

    /// <inheritdoc/>
    public override bool TryGetProbabilities(ReadOnlySpan<T> y, Span<T> probabilities)
    {
        LogZ(y, probabilities);
        return true;
    }

    private static T LogZ(ReadOnlySpan<T> y, Span<T> p) => LogSumExp.Compute(y, T.NegativeInfinity, p);
}
