using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// Output functions of a network; threads share the samples.
public sealed partial class SimdBackend<T>
{
    private static readonly T Two = T.CreateChecked(2);

    /// <inheritdoc/>
    public void Softmax(Tensor<T> x, Tensor<T> y) => ParallelLoop.For(x.Shape[0], (x, y), static (n, of) =>
    {
        ReadOnlySpan<T> xs = of.x.Sample(n);
        Span<T> ys = of.y.SampleSpan(n);
        int pixels = Pixels(of.x);
        for (int p = 0; p < pixels; p++)
        {
            T max = xs[p];
            for (int i = p; i < xs.Length; i += pixels)
                max = T.Max(max, xs[i]);

            T sum = T.Zero;
            for (int i = p; i < xs.Length; i += pixels)
                sum += ys[i] = T.Exp(xs[i] - max);
            for (int i = p; i < xs.Length; i += pixels)
                ys[i] /= sum;
        }
    });

    /// <inheritdoc/>
    public void SoftmaxGradient(Tensor<T> y, Tensor<T> dY, Tensor<T> dX) => ParallelLoop.For(dY.Shape[0], (y, dY, dX), static (n, of) =>
    {
        ReadOnlySpan<T> ys = of.y.Sample(n), dys = of.dY.Sample(n);
        Span<T> dxs = of.dX.SampleSpan(n);
        int pixels = Pixels(of.y);
        for (int p = 0; p < pixels; p++)
        {
            T sum = T.Zero;
            for (int i = p; i < ys.Length; i += pixels)
                sum += dys[i] * ys[i];
            for (int i = p; i < ys.Length; i += pixels)
                dxs[i] = ys[i] * (dys[i] - sum);
        }
    });

    /// <inheritdoc/>
    public void SquaredDistances(Tensor<T> x, Tensor<T> w, Tensor<T> y) => ParallelLoop.For(x.Shape[0], (x, w, y), static (n, of) =>
    {
        using Scratch<T> difference = new(of.w.Shape[1]);
        Span<T> yn = of.y.SampleSpan(n);
        for (int i = 0; i < yn.Length; i++)
        {
            TensorPrimitives.Subtract(of.x.Sample(n), of.w.Sample(i), difference.Span);
            yn[i] = TensorPrimitives.SumOfSquares<T>(difference.Span);
        }
    });

    /// <inheritdoc/>
    public void SquaredDistancesGradient(Tensor<T> x, Tensor<T> w, Tensor<T> dY, Tensor<T> dX) => ParallelLoop.For(dX.Shape[0], (x, w, dY, dX), static (n, of) =>
    {
        using Scratch<T> difference = new(of.w.Shape[1]);
        ReadOnlySpan<T> dyn = of.dY.Sample(n);
        Span<T> dxn = of.dX.SampleSpan(n);
        dxn.Clear();
        for (int i = 0; i < dyn.Length; i++)
        {
            TensorPrimitives.Subtract(of.x.Sample(n), of.w.Sample(i), difference.Span);
            TensorPrimitives.MultiplyAdd(difference.Span, Two * dyn[i], dxn, dxn);
        }
    });

    // A vector of C is an image of one pixel.
    private static int Pixels(Tensor<T> x) => x.Count / (x.Shape[0] * x.Shape[1]);
}
