using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// The output shapes of the last few input shapes: a run uses only a few, those of full batches, of the last batch of
/// an epoch, and of an evaluation.
/// </summary>
internal sealed class ShapeCache
{
    private readonly (Shape? Input, Shape? Output)[] known = new (Shape?, Shape?)[4];

    /// <summary>The shape of a batch of outputs, for a batch of inputs.</summary>
    /// <exception cref="ShapeException">The layer cannot take such an input.</exception>
    public Shape OutputOf<T>(Layer<T> layer, Shape input) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((Shape? knownInput, Shape? knownOutput) in known)
        {
            if (input.Equals(knownInput))
                return knownOutput!;
        }

        if (input.Rank < 2)
            throw new ShapeException(layer.Name, "a batch: samples x the shape of one sample", input);
        Shape output = layer.ShapeOf(input.Sample).Batch(input[0]);
        known.AsSpan(1).CopyTo(known); // drops the oldest
        known[^1] = (input, output);
        return output;
    }

    /// <summary>Forgets everything, after the layer has changed.</summary>
    public void Clear() => Array.Clear(known);
}
