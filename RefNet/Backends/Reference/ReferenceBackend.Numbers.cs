using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// Elementwise operations.
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Fill(Tensor<T> x, T value)
    {
        Span<T> xs = x.Span;
        for (int i = 0; i < xs.Length; i++)
            xs[i] = value;
    }

    /// <inheritdoc/>
    public void Copy(Tensor<T> x, Tensor<T> y)
    {
        ReadOnlySpan<T> xs = x.Values;
        Span<T> ys = y.Span;
        for (int i = 0; i < ys.Length; i++)
            ys[i] = xs[i];
    }

    /// <inheritdoc/>
    public void Add(Tensor<T> a, Tensor<T> b, Tensor<T> c)
    {
        ReadOnlySpan<T> ones = a.Values, others = b.Values;
        Span<T> sums = c.Span;
        for (int i = 0; i < sums.Length; i++)
            sums[i] = ones[i] + others[i];
    }

    /// <inheritdoc/>
    public void Multiply(Tensor<T> a, Tensor<T> b, Tensor<T> c)
    {
        ReadOnlySpan<T> ones = a.Values, others = b.Values;
        Span<T> products = c.Span;
        for (int i = 0; i < products.Length; i++)
            products[i] = ones[i] * others[i];
    }

    /// <inheritdoc/>
    public void Scale(Tensor<T> x, T s)
    {
        Span<T> xs = x.Span;
        for (int i = 0; i < xs.Length; i++)
            xs[i] *= s;
    }

    /// <inheritdoc/>
    public void Average(Tensor<T> a, T s, T f, Tensor<T> b)
    {
        Span<T> averages = a.Span;
        ReadOnlySpan<T> bs = b.Values;
        for (int i = 0; i < averages.Length; i++)
            averages[i] += s * (f * bs[i] - averages[i]); // a = a + s (f b - a)
    }
}
