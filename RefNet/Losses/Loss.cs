using System.Numerics;
using RefNet.Backends;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// What training makes small: one number for a batch of outputs and targets, the mean over the samples of the batch.
/// </summary>
/// <remarks>Not thread-safe. The tensor that Backward returns belongs to the loss and holds until its next call.</remarks>
public abstract class Loss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Tensor<T>? outputGradient;

    /// <summary>Where the loss computes: where its network does.</summary>
    public IBackend<T> Backend { get; set; } = BackendDefaults<T>.Backend;

    /// <summary>The loss of a batch.</summary>
    /// <param name="y">The outputs of the network, one sample a row.</param>
    /// <param name="target">What they should be, in the same shape; for classes, one row a sample that is 1 at the class
    /// and 0 elsewhere.</param>
    /// <exception cref="ShapeException">The shapes differ, or the loss cannot take them.</exception>
    public abstract T Forward(Tensor<T> y, Tensor<T> target);

    /// <summary>The loss of a batch.</summary>
    /// <param name="y">The outputs of the network.</param>
    /// <param name="target">What they should be.</param>
    /// <exception cref="InputException">Some do not count, and this loss counts all of them.</exception>
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

    /// <summary>What the mean over a batch divides by: the number of samples, unless the loss gives them weights.</summary>
    /// <remarks>Where a batch is computed in parts, a part has the share of its own total in that of the batch.</remarks>
    public virtual T TotalWeight(Targets<T> target) => T.CreateChecked(target.Values.Shape[0]);

    /// <summary>How many samples of a batch, or pixels of its samples, are wrong; null where outputs are no classes.</summary>
    public virtual int? CountErrors(Tensor<T> y, Targets<T> target) => null;

    /// <summary>Whether this loss can leave out samples or pixels: those whose targets are all 0.</summary>
    protected virtual bool TakesIgnored => false;

    /// <summary>Whether the targets of this Forward leave out samples or pixels.</summary>
    private protected bool HasIgnored { get; private set; }

    /// <summary>The gradient of the last loss with respect to y.</summary>
    /// <exception cref="InvalidOperationException">No Forward came before.</exception>
    public abstract Tensor<T> Backward();

    /// <summary>What errors call this loss: its type.</summary>
    protected internal string Name => GetType().Name.Split('`')[0];

    /// <summary>Checks that outputs and targets have the same shape.</summary>
    protected void CheckShapes(Tensor<T> y, Tensor<T> target)
    {
        if (!y.Shape.Equals(target.Shape))
            throw new ShapeException(Name, $"targets of the shape of the outputs, {y.Shape}", target.Shape);
    }

    /// <summary>The tensor that Backward writes, in the shape of the outputs of the last Forward.</summary>
    protected Tensor<T> OutputGradientFor(Tensor<T>? y) =>
        y is null
            ? throw new InvalidOperationException($"{Name}: Backward needs a Forward before it.")
            : Tensor<T>.Reuse(ref outputGradient, y.Shape);
}
