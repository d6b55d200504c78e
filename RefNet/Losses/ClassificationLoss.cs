using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>A loss over classes, which also turns the outputs of the network into a predicted class and probabilities.</summary>
public abstract class ClassificationLoss<T> : Loss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Wide enough for the rounding of soft targets, narrow enough to detect labels that are not a distribution.
    private static readonly T LargestGap = T.CreateChecked(1e-3);

    /// <summary>The predicted class for the outputs of one sample: that of the largest output, unless the loss defines another.</summary>
    /// <remarks>
    /// A loop, because TensorPrimitives.IndexOfMax keeps indices in floating-point registers: on a thread where a native
    /// library has set the processor to flush denormal numbers to zero, it gives wrong ones.
    /// </remarks>
    public virtual int Decide(ReadOnlySpan<T> y)
    {
        int largest = 0;
        for (int i = 1; i < y.Length; i++)
        {
            if (y[i] > y[largest])
                largest = i;
        }

        return largest;
    }

    /// <inheritdoc/>
    public override int? CountErrors(Tensor<T> y, Targets<T> target) => Backend.CountErrors(y, target.Values, smallestWins: false);

    /// <summary>Writes the probability of each class for the outputs of one sample.</summary>
    /// <returns>Whether this loss defines a probability model; if not, nothing is written.</returns>
    public abstract bool TryGetProbabilities(ReadOnlySpan<T> y, Span<T> probabilities);

    /// <summary>sum_i t_i y_i; a class of target 0 adds nothing, even where its y is infinite.</summary>
    private protected static T WeightedSum(ReadOnlySpan<T> t, ReadOnlySpan<T> y)
    {
        T sum = T.Zero;
        for (int i = 0; i < t.Length; i++)
            sum += t[i] == T.Zero ? T.Zero : t[i] * y[i];
        return sum;
    }

    /// <summary>Checks that outputs and targets are N x C, and that each target is a distribution over the C classes.</summary>
    private protected void CheckClasses(Tensor<T> y, Tensor<T> target)
    {
        CheckShapes(y, target);
        if (y.Shape.Rank != 2)
            throw new ShapeException(Name, "outputs of shape samples x classes", y.Shape);
        CheckDistributions(target);
    }

    /// <summary>Checks that the targets at each position of each sample, N x C or N x C x H x W, are a distribution over the C classes.</summary>
    private protected void CheckDistributions(Tensor<T> target)
    {
        int positions = target.Count / (target.Shape[0] * target.Shape[1]);
        for (int n = 0; n < target.Shape[0]; n++)
        {
            ReadOnlySpan<T> t = target.Sample(n);
            for (int p = 0; p < positions; p++)
            {
                T sum = TargetWeights<T>.Sum(t[p..], positions);
                if (!(T.Abs(sum - T.One) <= LargestGap) && !(HasIgnored && sum == T.Zero))
                    throw new InputException($"{Name}: expected the targets of each sample to sum to 1 (1 at its class, 0 elsewhere); those of sample {n}{(positions > 1 ? $", pixel {p}," : "")} sum to {sum}.");
            }
        }
    }
}
