using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// The perceptron criterion: L = mean over the samples of max_i y_i - y_D, the lead of the best score over that of
/// the right class D; N x C scores -> one number in the unit of y, 0 or more. Rosenblatt 1958; LECTURES L1.
/// </summary>
/// <remarks>
/// It is 0 as soon as no wrong class leads, so it demands no margin and defines no probabilities. With batches of one sample
/// and learning rate 1 a gradient step is Rosenblatt's rule: after a mistake, add x to the weights of the right class and
/// subtract it from those of the predicted class.
/// </remarks>
public sealed class PerceptronCriterion<T> : ClassificationLoss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Saved by Forward for Backward
    private Tensor<T>? y;
    private Tensor<T>? target;

    /// <inheritdoc/>
    public override T Forward(Tensor<T> y, Tensor<T> target)
    {
        CheckClasses(y, target);
        this.y = y;
        this.target = target;

        T loss = T.Zero;
        for (int n = 0; n < y.Shape[0]; n++)
            loss += Largest(y.Sample(n)) - WeightedSum(target.Sample(n), y.Sample(n));
        return loss / T.CreateChecked(y.Shape[0]);
    }

    // One sample; k is the predicted class, the first one with the largest score, and t_i = [i = D]:
    // (1) L = y_k - y_D
    // (2) dL/dy_i = [i = k] - t_i, all 0 where k = D; divided by N for the mean over N samples

    /// <inheritdoc/>
    public override Tensor<T> Backward()
    {
        Tensor<T> dY = OutputGradientFor(y);

        T share = T.One / T.CreateChecked(dY.Shape[0]);
        for (int i = 0; i < dY.Count; i++)
            dY.Span[i] = -share * target!.Values[i];  // (2) -t_i / N
        for (int n = 0; n < dY.Shape[0]; n++)
            dY[n, Decide(y!.Sample(n))] += share;     // (2) [i = k] / N
        return dY;
    }

    // NaN where a score is NaN: a NaN score must not look like a loss of 0.
    private static T Largest(ReadOnlySpan<T> y)
    {
        T largest = y[0];
        foreach (T score in y)
            largest = T.Max(largest, score);
        return largest;
    }

    /// <inheritdoc/>
    public override bool TryGetProbabilities(ReadOnlySpan<T> y, Span<T> probabilities) => false;
}
