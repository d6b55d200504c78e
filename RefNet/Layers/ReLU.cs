using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Rectified linear unit: y = max(0, x), any shape -> the same shape. Nair and Hinton 2010; LECTURES L9, X41.
/// </summary>
/// <remarks>The slope at the kink x = 0 is taken as 0, as in PyTorch and Caffe.</remarks>
public sealed class ReLU<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Saved by Forward for Backward
    private Tensor<T>? x;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        this.x = x;

        ReadOnlySpan<T> xs = x.Span;
        Span<T> ys = y.Span;
        for (int i = 0; i < ys.Length; i++)
            ys[i] = T.Max(T.Zero, xs[i]);
        return y;
    }

    // dy/dx is 1 where x > 0 and 0 elsewhere:
    // (1) dx = dy [x > 0]

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        ReadOnlySpan<T> xs = x!.Span;
        ReadOnlySpan<T> dys = dY.Span;
        Span<T> dxs = dX.Span;
        for (int i = 0; i < dxs.Length; i++)
            dxs[i] = xs[i] > T.Zero ? dys[i] : T.Zero; // (1)
        return dX;
    }
}
