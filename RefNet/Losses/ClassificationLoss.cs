using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>A loss over classes: it also knows what the outputs of the network say about the class.</summary>
public abstract class ClassificationLoss<T> : Loss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Wide enough for what rounding does to soft targets, narrow enough to find labels that are no distribution.
    private static readonly T LargestGap = T.CreateChecked(1e-3);

    /// <summary>The class that the outputs of one sample speak for: the largest output, unless the loss says otherwise.</summary>
    /// <remarks>
    /// A loop, because TensorPrimitives.IndexOfMax carries indices as if they were floats: on a thread on which a native
    /// library has set the processor to flush tiny numbers to zero, it finds wrong ones.
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

    /// <summary>Writes the probability of each class for the outputs of one sample.</summary>
    /// <returns>Whether this loss stands for a probability model; where not, nothing is written.</returns>
    public abstract bool TryGetProbabilities(ReadOnlySpan<T> y, Span<T> probabilities);

    /// <summary>Checks that outputs and targets are N x C, and that each target is a distribution over the C classes.</summary>
    private protected void CheckClasses(Tensor<T> y, Tensor<T> target)
    {
        CheckShapes(y, target);
        if (y.Shape.Rank != 2)
            throw new ShapeException(Name, "outputs of shape samples x classes", y.Shape);
        for (int n = 0; n < target.Shape[0]; n++)
        {
            T sum = TensorPrimitives.Sum<T>(target.Sample(n));
            if (!(T.Abs(sum - T.One) <= LargestGap))
                throw new InputException($"{Name}: expected the targets of each sample to sum to 1 (1 at its class, 0 elsewhere); those of sample {n} sum to {sum}.");
        }
    }
}
