using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Lays each sample out as one vector, in row-major order: C x H x W -> C H W, so that a <see cref="Dense{T}"/> can follow.
/// LECTURES Y7 (32x32x3 becomes 3072), Y20.
/// </summary>
/// <remarks>Nothing is computed and nothing is copied: the output is the input seen in another shape.</remarks>
public sealed class Flatten<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Tensor<T>? y;
    private Tensor<T>? dX;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => new(input.Count);

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode) => x.View(ref y, CheckInput(x));

    // y_n is x_n in another order of indices, so each dy stands where its dx belongs:
    // (1) dx = dy in the shape of x

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY) => dY.View(ref dX, CheckOutputGradient(dY)); // (1)
}
