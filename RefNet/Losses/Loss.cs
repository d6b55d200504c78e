using System.Numerics;
using RefNet.Backends;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// The function that training minimises: one number for a batch of outputs and targets, the mean over the samples of the batch.
/// </summary>
/// <remarks>Not thread-safe. The tensor that Backward returns belongs to the loss and is valid until its next call.</remarks>
public abstract class Loss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Tensor<T>? outputGradient;

    /// <summary>The backend of the loss, the same as that of its network.</summary>
    public IBackend<T> Backend { get; set; } = BackendDefaults<T>.Backend;

    /// <summary>The loss of a batch.</summary>
    /// <param name="y">The outputs of the network, one row per sample.</param>
    /// <param name="target">The targets, in the same shape; for classes, one row per sample that is 1 at the class
    /// and 0 elsewhere.</param>
    /// <exception cref="ShapeException">The shapes differ, or the loss does not accept them.</exception>
    public abstract T Forward(Tensor<T> y, Tensor<T> target);

    /// <summary>The loss of a batch.</summary>
    /// <param name="y">The outputs of the network.</param>
    /// <param name="target">The targets.</param>
    /// <exception cref="InputException">Some labels are ignored, and this loss does not support that.</exception>
    public T Forward(Tensor<T> y, Targets<T> target)
    {
        if (target.Ignored is not null && !TakesIgnored)
            throw new InputException($"{Name}: expected a target for every sample; found an ignored label, which this loss does not take.");
        HasIgnored = target.Ignored is not null;
        try
        {
            return Forward(y, target.Values);
        }
        finally
        {
            HasIgnored = false;
        }
    }

    /// <summary>The divisor of the mean over a batch: the number of samples, unless the loss weights them.</summary>
    /// <remarks>Where a batch is computed in parts, each part counts with its share of the batch's total.</remarks>
    public virtual T TotalWeight(Targets<T> target) => T.CreateChecked(target.Values.Shape[0]);

    /// <summary>The number of wrong samples in a batch, or of wrong pixels; null where the outputs are not classes.</summary>
    public virtual int? CountErrors(Tensor<T> y, Targets<T> target) => null;

    /// <summary>Whether this loss can ignore samples or pixels: those whose targets are all 0.</summary>
    protected virtual bool TakesIgnored => false;

    /// <summary>Whether the targets of this Forward ignore samples or pixels.</summary>
    private protected bool HasIgnored { get; private set; }

    /// <summary>The gradient of the last loss with respect to y.</summary>
    /// <exception cref="InvalidOperationException">There was no Forward before.</exception>
    public abstract Tensor<T> Backward();

    /// <summary>The name of this loss in errors: its type.</summary>
    protected internal string Name => GetType().Name.Split('`')[0];

    /// <summary>Checks that outputs and targets have the same shape.</summary>
    protected void CheckShapes(Tensor<T> y, Tensor<T> target)
    {
        if (!y.Shape.Equals(target.Shape))
            throw new ShapeException(Name, $"targets of the shape of the outputs, {y.Shape}", target.Shape);
    }

    /// <summary>The tensor for Backward to write, in the shape of the outputs of the last Forward.</summary>
    protected Tensor<T> OutputGradientFor(Tensor<T>? y) =>
        y is null
            ? throw new InvalidOperationException($"{Name}: Backward needs a Forward before it.")
            : Tensor<T>.Reuse(ref outputGradient, y.Shape);
}
