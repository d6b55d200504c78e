using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// Elementwise operations, in runs.
public sealed partial class SimdBackend<T>
{
    /// <inheritdoc/>
    public void Fill(Tensor<T> x, T value) =>
        ParallelLoop.For(Runs.Count(x), (x, value), static (run, of) => of.x.RunSpan(run).Fill(of.value));

    /// <inheritdoc/>
    public void Copy(Tensor<T> x, Tensor<T> y) =>
        ParallelLoop.For(Runs.Count(x), (x, y), static (run, of) => of.x.Run(run).CopyTo(of.y.RunSpan(run)));

    /// <inheritdoc/>
    public void Add(Tensor<T> a, Tensor<T> b, Tensor<T> c) =>
        ParallelLoop.For(Runs.Count(c), (a, b, c), static (run, of) => TensorPrimitives.Add(of.a.Run(run), of.b.Run(run), of.c.RunSpan(run)));

    /// <inheritdoc/>
    public void Multiply(Tensor<T> a, Tensor<T> b, Tensor<T> c) =>
        ParallelLoop.For(Runs.Count(c), (a, b, c), static (run, of) => TensorPrimitives.Multiply(of.a.Run(run), of.b.Run(run), of.c.RunSpan(run)));

    /// <inheritdoc/>
    public void Scale(Tensor<T> x, T s) =>
        ParallelLoop.For(Runs.Count(x), (x, s), static (run, of) => TensorPrimitives.Multiply(of.x.Run(run), of.s, of.x.RunSpan(run)));

    /// <inheritdoc/>
    public void Map(IElementFunction<T> f, Tensor<T> x, Tensor<T> y) =>
        ParallelLoop.For(Runs.Count(x), (f, x, y), static (run, of) => ElementKernels.Value(of.f, of.x.Run(run), of.y.RunSpan(run)));

    /// <inheritdoc/>
    public void MapGradient(IElementFunction<T> f, Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX) =>
        ParallelLoop.For(Runs.Count(dX), (f, x, y, dY, dX), static (run, of) =>
            ElementKernels.Gradient(of.f, of.x.Run(run), of.y.Run(run), of.dY.Run(run), of.dX.RunSpan(run)));

    // Each sample has its own random stream, derived from seed, draw and sample, so threads are independent.

    /// <inheritdoc/>
    public void DrawMask(Tensor<T> mask, double rate, T kept, (int Seed, int Draw) stream)
    {
        uint threshold = (uint)(rate * (1L << 32));
        ParallelLoop.For(mask.Shape[0], (mask, threshold, kept, stream), static (n, of) =>
            RandomMask.Fill(of.mask.SampleSpan(n), (ulong)Seeds.Derive(of.stream.Seed, of.stream.Draw, n), of.threshold, of.kept));
    }
}
