using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// Products with one factor per channel.
public sealed partial class SimdBackend<T>
{
    /// <inheritdoc/>
    public void CopyChannels(Tensor<T> from, int fromFirst, Tensor<T> to, int toFirst, int count) =>
        ParallelLoop.For(from.Shape[0], (from, fromFirst, to, toFirst, count), static (n, of) =>
        {
            int plane = of.from.Count / (of.from.Shape[0] * of.from.Shape[1]);
            of.from.Sample(n).Slice(of.fromFirst * plane, of.count * plane).CopyTo(of.to.SampleSpan(n)[(of.toFirst * plane)..]);
        });

    /// <inheritdoc/>
    public void AddBias(Tensor<T> b, Tensor<T> y)
    {
        if (y.Shape.Rank == 2)
            Biases.AddToRows(b, y);
        else
            Biases.AddToPlanes(b, y);
    }

    /// <inheritdoc/>
    public void AddBiasGradient(Tensor<T> dY, Tensor<T> db)
    {
        if (dY.Shape.Rank == 2)
            Biases.AddRowSums(dY, db);
        else
            Biases.AddPlaneSums(dY, db);
    }

    /// <inheritdoc/>
    public void ScaleChannels(Tensor<T> x, Tensor<T> w, Tensor<T> y) => ParallelLoop.For(x.Shape[0], (x, w, y), static (n, of) =>
    {
        ReadOnlySpan<T> ws = FactorsOf(of.w, n);
        if (of.x.Shape.Rank == 2)
        {
            TensorPrimitives.Multiply(of.x.Sample(n), ws, of.y.SampleSpan(n));
            return;
        }

        for (int c = 0; c < ws.Length; c++)
            TensorPrimitives.Multiply(of.x.Plane(n, c), ws[c], of.y.PlaneSpan(n, c));
    });

    /// <inheritdoc/>
    public void AddScaleGradient(Tensor<T> dY, Tensor<T> x, Tensor<T> dw)
    {
        if (dw.Shape.Rank == 1)
            ParallelLoop.Sum(dY.Shape[0], dw.Span, (dY, x), static (n, sums, of) => AddPlaneProducts(of.dY, of.x, n, sums));
        else
            ParallelLoop.For(dY.Shape[0], (dY, x, dw), static (n, of) => AddPlaneProducts(of.dY, of.x, n, of.dw.SampleSpan(n)));
    }

    /// <inheritdoc/>
    public void SumNeighbours(Tensor<T> x, int before, int after, Tensor<T> y) =>
        ParallelLoop.For(x.Shape[0] * x.Shape[1], (x, before, after, y), static (plane, of) =>
        {
            int channels = of.x.Shape[1], n = plane / channels, c = plane % channels;
            int first = Math.Max(0, c - of.before), last = Math.Min(channels - 1, c + of.after);
            Span<T> sums = of.y.PlaneSpan(n, c);
            of.x.Plane(n, first).CopyTo(sums);
            for (int m = first + 1; m <= last; m++)
                TensorPrimitives.Add(sums, of.x.Plane(n, m), sums);
        });

    // For sample n: sums_c += sum of dy_c(i,j) x_c(i,j)
    private static void AddPlaneProducts(Tensor<T> dY, Tensor<T> x, int n, Span<T> sums)
    {
        for (int c = 0; c < sums.Length; c++)
            sums[c] += TensorPrimitives.Dot(dY.Plane(n, c), x.Plane(n, c));
    }

    // One factor per channel: the same for all samples, or separate for each.
    private static ReadOnlySpan<T> FactorsOf(Tensor<T> w, int n) => w.Shape.Rank == 1 ? w.Values : w.Sample(n);
}
