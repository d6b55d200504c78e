using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.Backends.Simd;

// Tiles of dot products. A register holds consecutive k of a row of A or of a column of B; its lanes are summed at the end.
internal sealed partial class VectorKernel<T>
{
    /// <inheritdoc/>
    public override int DotColumns => 2;

    /// <inheritdoc/>
    public override void MultiplyDot(in GemmTile<T> tile, int columns)
    {
        switch (tile.Rows)
        {
            case 1: Dot<Rows1>(tile, columns); break;
            case 2: Dot<Rows2>(tile, columns); break;
            case 3: Dot<Rows3>(tile, columns); break;
            case 4: Dot<Rows4>(tile, columns); break;
            case 5: Dot<Rows5>(tile, columns); break;
            case 6: Dot<Rows6>(tile, columns); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Dot<TRows>(in GemmTile<T> tile, int columns) where TRows : IRowCount
    {
        Vector<T> c00 = default, c01 = default, c10 = default, c11 = default;
        Vector<T> c20 = default, c21 = default, c30 = default, c31 = default;
        Vector<T> c40 = default, c41 = default, c50 = default, c51 = default;
        nint row = tile.ARowStride, column0 = Column(tile, 0), column1 = Column(tile, Math.Min(1, columns - 1));
        for (nint segment = 0; segment < tile.Segments; segment++)
        {
            T* a = tile.A + segment * tile.ASegment, b = tile.B + segment * tile.BSegment;
            for (int k = tile.Inner; k > 0; k -= Vector<T>.Count, a += Vector<T>.Count, b += Vector<T>.Count)
            {
                Vector<T> b0 = Vector.Load(b + column0), b1 = Vector.Load(b + column1);
                Vector<T> ai = Vector.Load(a);
                (c00, c01) = (MultiplyAdd(ai, b0, c00), MultiplyAdd(ai, b1, c01));
                if (TRows.Value > 1)
                {
                    ai = Vector.Load(a + row);
                    (c10, c11) = (MultiplyAdd(ai, b0, c10), MultiplyAdd(ai, b1, c11));
                }

                if (TRows.Value > 2)
                {
                    ai = Vector.Load(a + 2 * row);
                    (c20, c21) = (MultiplyAdd(ai, b0, c20), MultiplyAdd(ai, b1, c21));
                }

                if (TRows.Value > 3)
                {
                    ai = Vector.Load(a + 3 * row);
                    (c30, c31) = (MultiplyAdd(ai, b0, c30), MultiplyAdd(ai, b1, c31));
                }

                if (TRows.Value > 4)
                {
                    ai = Vector.Load(a + 4 * row);
                    (c40, c41) = (MultiplyAdd(ai, b0, c40), MultiplyAdd(ai, b1, c41));
                }

                if (TRows.Value > 5)
                {
                    ai = Vector.Load(a + 5 * row);
                    (c50, c51) = (MultiplyAdd(ai, b0, c50), MultiplyAdd(ai, b1, c51));
                }
            }
        }

        // Sum (i, j) goes to C[2 i + j]; sums of rows that the tile does not have are 0 and are not read.
        StoreSums(tile.C, c00, c01, c10, c11);
        if (TRows.Value > 2)
            StoreSums(tile.C + 4, c20, c21, c30, c31);
        if (TRows.Value > 4)
            StoreSums(tile.C + 8, c40, c41, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void StoreSums(T* sums, Vector<T> a, Vector<T> b, Vector<T> c, Vector<T> d)
    {
        if (Unsafe.SizeOf<Vector<T>>() == Unsafe.SizeOf<Vector256<T>>())
            LaneSums.Store(sums, a.AsVector256(), b.AsVector256(), c.AsVector256(), d.AsVector256());
        else
            LaneSums.Store(sums, a.AsVector128(), b.AsVector128(), c.AsVector128(), d.AsVector128());
    }
}
