using System.Numerics;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>Loops over elements, vectorised, that several layers need.</summary>
public static class Elementwise
{
    /// <summary>Adds the same values to each row: A += 1 bᵀ.</summary>
    public static void AddToRows<T>(Matrix<T> a, ReadOnlySpan<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < a.Rows; i++)
        {
            Span<T> row = a.Row(i);
            TensorPrimitives.Add(row, b, row);
        }
    }

    /// <summary>Adds the sum of the rows: b += Aᵀ 1.</summary>
    public static void SumRows<T>(Matrix<T> a, Span<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < a.Rows; i++)
            TensorPrimitives.Add(b, a.Row(i), b);
    }

    /// <summary>Adds one value to each channel: y_nc(i,j) += b_c.</summary>
    public static void AddToPlanes<T>(Tensor<T> y, Tensor<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.For(y.Shape[0], (y, b), static (n, s) =>
        {
            for (int c = 0; c < s.y.Shape[1]; c++)
                TensorPrimitives.Add(s.y.Plane(n, c), s.b[c], s.y.Plane(n, c));
        });

    /// <summary>Adds to each value the sum of its channel: b_c += sum of y_nc(i,j).</summary>
    public static void SumPlanes<T>(Tensor<T> y, Tensor<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.Sum(y.Shape[0], b.Span, (n, sums) =>
        {
            for (int c = 0; c < y.Shape[1]; c++)
                sums[c] += TensorPrimitives.Sum<T>(y.Plane(n, c));
        });

    /// <summary>Keeps values where another is above 0: c = b [a > 0].</summary>
    public static void WherePositive<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= c.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> kept = Vector.ConditionalSelect(Vector.GreaterThan(new Vector<T>(a[i..]), Vector<T>.Zero), new Vector<T>(b[i..]), Vector<T>.Zero);
            kept.CopyTo(c[i..]);
        }

        for (; i < c.Length; i++)
            c[i] = a[i] > T.Zero ? b[i] : T.Zero;
    }
}
