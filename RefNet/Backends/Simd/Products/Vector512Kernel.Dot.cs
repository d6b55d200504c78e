using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.Backends.Simd;

// Tiles of dot products. A register holds consecutive k of a row of A or of a column of B; its lanes are summed at the end.
internal sealed partial class Vector512Kernel<T>
{
    /// <inheritdoc/>
    public override int DotColumns => 3;

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
            case 7: Dot<Rows7>(tile, columns); break;
            case 8: Dot<Rows8>(tile, columns); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Dot<TRows>(in GemmTile<T> tile, int columns) where TRows : IRowCount
    {
        Vector512<T> c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vector512<T> c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        Vector512<T> c40 = default, c41 = default, c42 = default, c50 = default, c51 = default, c52 = default;
        Vector512<T> c60 = default, c61 = default, c62 = default, c70 = default, c71 = default, c72 = default;
        nint row = tile.ARowStride, column0 = Column(tile, 0), column1 = Column(tile, Math.Min(1, columns - 1)), column2 = Column(tile, Math.Min(2, columns - 1));
        for (nint segment = 0; segment < tile.Segments; segment++)
        {
            T* a = tile.A + segment * tile.ASegment, b = tile.B + segment * tile.BSegment;
            for (int k = tile.Inner; k > 0; k -= Vector512<T>.Count, a += Vector512<T>.Count, b += Vector512<T>.Count)
            {
                Vector512<T> b0 = Vector512.Load(b + column0), b1 = Vector512.Load(b + column1), b2 = Vector512.Load(b + column2);
                Vector512<T> ai = Vector512.Load(a);
                (c00, c01, c02) = (MultiplyAdd(ai, b0, c00), MultiplyAdd(ai, b1, c01), MultiplyAdd(ai, b2, c02));
                if (TRows.Value > 1)
                {
                    ai = Vector512.Load(a + row);
                    (c10, c11, c12) = (MultiplyAdd(ai, b0, c10), MultiplyAdd(ai, b1, c11), MultiplyAdd(ai, b2, c12));
                }

                if (TRows.Value > 2)
                {
                    ai = Vector512.Load(a + 2 * row);
                    (c20, c21, c22) = (MultiplyAdd(ai, b0, c20), MultiplyAdd(ai, b1, c21), MultiplyAdd(ai, b2, c22));
                }

                if (TRows.Value > 3)
                {
                    ai = Vector512.Load(a + 3 * row);
                    (c30, c31, c32) = (MultiplyAdd(ai, b0, c30), MultiplyAdd(ai, b1, c31), MultiplyAdd(ai, b2, c32));
                }

                if (TRows.Value > 4)
                {
                    ai = Vector512.Load(a + 4 * row);
                    (c40, c41, c42) = (MultiplyAdd(ai, b0, c40), MultiplyAdd(ai, b1, c41), MultiplyAdd(ai, b2, c42));
                }

                if (TRows.Value > 5)
                {
                    ai = Vector512.Load(a + 5 * row);
                    (c50, c51, c52) = (MultiplyAdd(ai, b0, c50), MultiplyAdd(ai, b1, c51), MultiplyAdd(ai, b2, c52));
                }

                if (TRows.Value > 6)
                {
                    ai = Vector512.Load(a + 6 * row);
                    (c60, c61, c62) = (MultiplyAdd(ai, b0, c60), MultiplyAdd(ai, b1, c61), MultiplyAdd(ai, b2, c62));
                }

                if (TRows.Value > 7)
                {
                    ai = Vector512.Load(a + 7 * row);
                    (c70, c71, c72) = (MultiplyAdd(ai, b0, c70), MultiplyAdd(ai, b1, c71), MultiplyAdd(ai, b2, c72));
                }
            }
        }

        // Sum (i, j) goes to C[3 i + j]; sums of rows that the tile does not have are 0 and are not read.
        LaneSums.Store(tile.C, c00, c01, c02, c10);
        if (TRows.Value > 1)
            LaneSums.Store(tile.C + 4, c11, c12, c20, c21);
        if (TRows.Value > 2)
            LaneSums.Store(tile.C + 8, c22, c30, c31, c32);
        if (TRows.Value > 4)
            LaneSums.Store(tile.C + 12, c40, c41, c42, c50);
        if (TRows.Value > 5)
            LaneSums.Store(tile.C + 16, c51, c52, c60, c61);
        if (TRows.Value > 6)
            LaneSums.Store(tile.C + 20, c62, c70, c71, c72);
    }
}
