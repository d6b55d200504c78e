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

    /// <summary>Adds one value to each row: A += b 1ᵀ.</summary>
    public static void AddToColumns<T>(Matrix<T> a, ReadOnlySpan<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < a.Rows; i++)
        {
            Span<T> row = a.Row(i);
            TensorPrimitives.Add(row, b[i], row);
        }
    }

    /// <summary>Adds to each value the sum of its row: b += A 1.</summary>
    public static void SumColumns<T>(Matrix<T> a, Span<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < a.Rows; i++)
            b[i] += TensorPrimitives.Sum<T>(a.Row(i));
    }

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
