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

    /// <summary>Adds element by element: c = a + b.</summary>
    public static void Add<T>(Tensor<T> a, Tensor<T> b, Tensor<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.For(Runs.Count(c), (a, b, c), static (run, of) => TensorPrimitives.Add(of.a.Run(run), of.b.Run(run), of.c.Run(run)));

    /// <summary>Subtracts element by element: c = a - b.</summary>
    public static void Subtract<T>(Tensor<T> a, Tensor<T> b, Tensor<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.For(Runs.Count(c), (a, b, c), static (run, of) => TensorPrimitives.Subtract(of.a.Run(run), of.b.Run(run), of.c.Run(run)));

    /// <summary>Multiplies each element by the same number: a = a s.</summary>
    public static void Scale<T>(Tensor<T> a, T s) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.For(Runs.Count(a), (a, s), static (run, of) => TensorPrimitives.Multiply(of.a.Run(run), of.s, of.a.Run(run)));

    /// <summary>Multiplies element by element: c = a b.</summary>
    public static void Multiply<T>(Tensor<T> a, Tensor<T> b, Tensor<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.For(Runs.Count(c), (a, b, c), static (run, of) => TensorPrimitives.Multiply(of.a.Run(run), of.b.Run(run), of.c.Run(run)));

    /// <summary>Adds one value to each channel: y_nc(i,j) += b_c.</summary>
    public static void AddToPlanes<T>(Tensor<T> y, Tensor<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.For(y.Shape[0], (y, b), static (n, of) =>
        {
            for (int c = 0; c < of.y.Shape[1]; c++)
                TensorPrimitives.Add(of.y.Plane(n, c), of.b[c], of.y.Plane(n, c));
        });

    /// <summary>Adds to each value the sum of its channel: b_c += sum of y_nc(i,j).</summary>
    public static void SumPlanes<T>(Tensor<T> y, Tensor<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.Sum(y.Shape[0], b.Span, y, static (n, sums, y) =>
        {
            for (int c = 0; c < y.Shape[1]; c++)
                sums[c] += TensorPrimitives.Sum<T>(y.Plane(n, c));
        });

    /// <summary>Adds to each value the sum over its channel of products: c_k += sum of a_nk(i,j) b_nk(i,j).</summary>
    public static void SumPlaneProducts<T>(Tensor<T> a, Tensor<T> b, Tensor<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelLoop.Sum(a.Shape[0], c.Span, (a, b), static (n, sums, of) =>
        {
            for (int k = 0; k < sums.Length; k++)
                sums[k] += TensorPrimitives.Dot<T>(of.a.Plane(n, k), of.b.Plane(n, k));
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
