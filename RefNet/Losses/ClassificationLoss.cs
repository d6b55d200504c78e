using System.Numerics;

namespace RefNet.Losses;

/// <summary>A loss over classes: it also knows what the outputs of the network say about the class.</summary>
public abstract class ClassificationLoss<T> : Loss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The class that the outputs of one sample speak for: the largest output, unless the loss says otherwise.</summary>
    public virtual int Decide(ReadOnlySpan<T> y) => TensorPrimitives.IndexOfMax(y);

    /// <summary>Writes the probability of each class for the outputs of one sample.</summary>
    /// <returns>Whether this loss stands for a probability model; where not, nothing is written.</returns>
    public abstract bool TryGetProbabilities(ReadOnlySpan<T> y, Span<T> probabilities);
}
