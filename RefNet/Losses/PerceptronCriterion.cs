using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// What the perceptron makes small: L = mean over the samples of max_i y_i - y_D, by how much the best score beats that of
/// the right class D; N x C scores -> one number, 0 or more. Rosenblatt 1958; LECTURES L1.
/// </summary>
/// <remarks>
/// It is 0 as soon as no wrong class is ahead, so it asks for no margin and stands for no probabilities. With a batch of one
/// and learning rate 1 a gradient step is Rosenblatt's rule: after a mistake add x to the weights of the right class and
/// take it from those of the class that was chosen.
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

    // One sample; k is the class that is chosen, the first one with the largest score, and t_i = [i = D]:
    // (1) L = y_k - y_D
    // (2) dL/dy_i = [i = k] - t_i, all 0 where k = D; and 1/N of it for the mean over N samples

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

    // NaN where one of the scores is: no score that is lost may look like no loss.
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
