using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>Biases and their gradients: one value per column of a matrix, or per channel of images.</summary>
internal static class Biases
{
    /// <summary>Adds the same values to each row: Y += 1 bᵀ.</summary>
    public static void AddToRows<T>(Tensor<T> b, Tensor<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> values = b.Values;
        for (int n = 0; n < y.Shape[0]; n++)
        {
            Span<T> row = y.SampleSpan(n);
            TensorPrimitives.Add(row, values, row);
        }
    }

    /// <summary>Adds the sum of the rows: b += Yᵀ 1.</summary>
    public static void AddRowSums<T>(Tensor<T> y, Tensor<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> sums = b.Span;
        for (int n = 0; n < y.Shape[0]; n++)
            TensorPrimitives.Add(sums, y.Sample(n), sums);
    }

    /// <summary>Adds one value to each channel: y_nc(i,j) += b_c.</summary>
    public static void AddToPlanes<T>(Tensor<T> b, Tensor<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.For(y.Shape[0], (b, y), static (n, of) =>
        {
            ReadOnlySpan<T> values = of.b.Values;
            Span<T> rest = of.y.SampleSpan(n);
            int length = rest.Length / values.Length;
            foreach (T value in values)
            {
                TensorPrimitives.Add(rest[..length], value, rest[..length]);
                rest = rest[length..];
            }
        });

    /// <summary>Adds the sum of each channel: b_c += sum of y_nc(i,j).</summary>
    public static void AddPlaneSums<T>(Tensor<T> y, Tensor<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.Sum(y.Shape[0], b.Span, y, static (n, sums, y) =>
        {
            ReadOnlySpan<T> rest = y.Sample(n);
            int length = rest.Length / sums.Length;
            foreach (ref T sum in sums)
            {
                sum += TensorPrimitives.Sum(rest[..length]);
                rest = rest[length..];
            }
        });
}
