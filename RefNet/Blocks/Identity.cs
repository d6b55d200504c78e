using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// y = x, any shape -> the same shape: the shortcut of a residual block. He et al. 2016, equation 1; LECTURES L16.
/// </summary>
/// <remarks>
/// Nothing is copied: the output is the input.
/// Loops: ReferenceBackend.Numbers.
/// </remarks>
public sealed class Identity<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <summary>Both: y is x, and who reads the one reads the other.</summary>
    public override BackwardReads BackwardReads => BackwardReads.Both;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode) => Backend.Copy(x, y);

    // (1) dy/dx = 1, so dx = dy

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            Backend.Copy(dY, dX); // (1)
    }

    /// <inheritdoc/>
    private protected override Tensor<T> Compute(Tensor<T> x, Shape outputShape, Mode mode, PassMemory<T> memory) => x;

    /// <inheritdoc/>
    private protected override Tensor<T>? ComputeGradient(Tensor<T> x, Tensor<T> y, Tensor<T> dY, bool needsInputGradient, TensorPool<T>? pool) => needsInputGradient ? dY : null;
}
