using System.Numerics;
using RefNet.LinearAlgebra;

namespace RefNet.Layers;

/// <summary>
/// Rectified linear unit: y = max(0, x), any shape -> the same shape. Nair and Hinton 2010; LECTURES L9, X41.
/// </summary>
/// <remarks>The slope at the kink x = 0 is taken as 0, as in PyTorch and Caffe.</remarks>
public sealed class ReLU<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected override void Forward(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Max(x, T.Zero, y);

    // dy/dx is 1 where x > 0 and 0 elsewhere:
    // (1) dx = dy [x > 0]

    /// <inheritdoc/>
    protected override void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX) =>
        Elementwise.WherePositive(x, dY, dX); // (1)
}
