using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// A function of each element, such as an activation, which defines its own value and derivative.
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Map(IElementFunction<T> f, Tensor<T> x, Tensor<T> y)
    {
        ReadOnlySpan<T> xs = x.Values;
        Span<T> ys = y.Span;
        for (int i = 0; i < ys.Length; i++)
            ys[i] = f.Value(xs[i]);
    }

    /// <inheritdoc/>
    public void MapGradient(IElementFunction<T> f, Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        ReadOnlySpan<T> xs = x.Values, ys = y.Values, dys = dY.Values;
        Span<T> dxs = dX.Span;
        for (int i = 0; i < dxs.Length; i++)
            dxs[i] = dys[i] * f.Slope(xs[i], ys[i]);
    }
}
