using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Lays each sample out as one vector, in row-major order: C x H x W -> C H W, so that a <see cref="Dense{T}"/> can follow.
/// LECTURES Y7 (32x32x3 becomes 3072), Y20.
/// </summary>
/// <remarks>
/// Nothing is computed or copied: the output is a view of the input in another shape.
/// Loops: ReferenceBackend.Numbers.
/// </remarks>
public sealed class Flatten<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Tensor<T>? outputView;
    private Tensor<T>? gradientView;

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <summary>Both: y is x, and who reads the one reads the other.</summary>
    public override BackwardReads BackwardReads => BackwardReads.Both;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => new(input.Count);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode) => Backend.Copy(x, y);

    // The elements stay the same, and so do their gradients:
    // (1) dx = dy, viewed in the shape of x

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            Backend.Copy(dY, dX); // (1)
    }

    /// <inheritdoc/>
    private protected override Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, PassMemory<T> memory) =>
        memory.BackwardFollows ? x.View(ref outputView, outputShape) : x.Reshape(outputShape);

    /// <inheritdoc/>
    private protected override Tensor<T>? ComputeGradient(Tensor<T> x, Tensor<T> y, Tensor<T> dY, bool needsInputGradient, TensorPool<T>? pool) =>
        pool is null && needsInputGradient ? dY.View(ref gradientView, x.Shape) : base.ComputeGradient(x, y, dY, needsInputGradient, pool); // a pool keeps no views
}
