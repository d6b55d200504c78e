using System.Numerics;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Losses;

/// <summary>
/// The desired outputs of a batch: numbers (the values of a regression, or probabilities of classes), or the class of
/// each sample. A tensor counts as numbers.
/// </summary>
public sealed class Targets<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] labels = [];
    private readonly Tensor<T> values;

    /// <summary>Targets as numbers, in the shape of the outputs.</summary>
    public Targets(Tensor<T> values) => this.values = values;

    /// <summary>Targets as classes of samples, or of the pixels of each sample.</summary>
    /// <param name="labels">The class of each sample, from 0; or of each pixel, sample by sample, row by row.</param>
    /// <param name="outputs">The shape of the outputs: N x C, or N x C x H x W.</param>
    /// <param name="ignored">The label of samples or pixels to ignore, such as 255; null for none.</param>
    /// <exception cref="InputException">A label is not a class, or the number of labels does not match the outputs.</exception>
    public Targets(ReadOnlySpan<int> labels, Shape outputs, int? ignored = null)
    {
        this.labels = labels.ToArray();
        Ignored = ignored;
        values = new Tensor<T>(outputs);
        int classes = outputs[1], pixels = outputs.Count / (outputs[0] * classes);
        if (labels.Length != outputs[0] * pixels)
            throw new InputException($"Expected {outputs[0] * pixels} labels for outputs of shape {outputs}; found {labels.Length}.");
        Span<T> distribution = values.Span;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == ignored)
                continue;
            if (labels[i] < 0 || labels[i] >= classes)
                throw new InputException(Invariant($"Expected labels from 0 to {classes - 1}{(ignored is null ? "" : Invariant($", or {ignored} to be ignored"))}; found {labels[i]} at {i}."));
            distribution[(i / pixels * classes + labels[i]) * pixels + i % pixels] = T.One;
        }
    }

    /// <summary>The numbers; for labels 1 at the class and 0 elsewhere, and 0 everywhere for an ignored label.</summary>
    public Tensor<T> Values => values;

    /// <summary>The labels; empty where numbers were given.</summary>
    public ReadOnlySpan<int> Labels => labels;

    /// <summary>The label of samples or pixels to ignore; null for none.</summary>
    public int? Ignored { get; }

    /// <summary>Converts a tensor to targets as numbers.</summary>
    public static implicit operator Targets<T>(Tensor<T> values) => new(values);
}
