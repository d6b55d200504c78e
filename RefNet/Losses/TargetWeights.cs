using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// Turns targets t over C classes into weights of -log p: w_c ((1 - ε) t_c + ε/C), at each position of each sample. Where all
/// targets are 0, the position is ignored and the weights are 0.
/// </summary>
/// <param name="labelSmoothing">ε, the share of each target distributed over all classes.</param>
/// <param name="classWeights">w, one number per class, or null for 1.</param>
internal sealed class TargetWeights<T>(T labelSmoothing, T[]? classWeights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Tensor<T>? weights;

    /// <summary>The weights; the targets themselves where ε is 0 and each w is 1.</summary>
    public Tensor<T> Of(Tensor<T> target)
    {
        if (labelSmoothing == T.Zero && classWeights is null)
            return target;

        Tensor<T> weights = Tensor<T>.Reuse(ref this.weights, target.Shape);
        (int classes, int positions) = SizeOf(target);
        for (int n = 0; n < target.Shape[0]; n++)
        {
            ReadOnlySpan<T> t = target.Sample(n);
            Span<T> of = weights.SampleSpan(n);
            for (int p = 0; p < positions; p++)
            {
                T spread = Sum(t[p..], positions) * labelSmoothing / T.CreateChecked(classes);
                for (int c = 0; c < classes; c++)
                    of[c * positions + p] = Weight(c) * ((T.One - labelSmoothing) * t[c * positions + p] + spread);
            }
        }

        return weights;
    }

    /// <summary>The number of positions that are not ignored, each weighted by its class: sum of w_c t_c.</summary>
    public T Total(Tensor<T> target)
    {
        (int classes, int positions) = SizeOf(target);
        T total = T.Zero;
        for (int n = 0; n < target.Shape[0]; n++)
        {
            ReadOnlySpan<T> t = target.Sample(n);
            for (int p = 0; p < positions; p++)
            {
                if (classWeights is null)
                    total += Sum(t[p..], positions) == T.Zero ? T.Zero : T.One; // a sum with rounding errors counts as 1
                else
                {
                    for (int c = 0; c < classes; c++)
                        total += classWeights[c] * t[c * positions + p];
                }
            }
        }

        return total;
    }

    private T Weight(int c) => classWeights is null ? T.One : classWeights[c];

    /// <summary>The sum over the classes at one position.</summary>
    /// <param name="t">The targets of a sample, starting at that position.</param>
    /// <param name="positions">The distance between classes.</param>
    public static T Sum(ReadOnlySpan<T> t, int positions)
    {
        if (positions == 1)
            return TensorPrimitives.Sum(t);
        T sum = T.Zero;
        for (int i = 0; i < t.Length; i += positions)
            sum += t[i];
        return sum;
    }

    private static (int Classes, int Positions) SizeOf(Tensor<T> target) => (target.Shape[1], target.Count / (target.Shape[0] * target.Shape[1]));
}
