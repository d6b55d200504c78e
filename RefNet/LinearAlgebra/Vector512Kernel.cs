using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Blocks of 8 rows by 3 (or 1) registers of 512 bits. Of the 32 registers of AVX-512, 24 hold sums, 3 a row of B and 1
/// the broadcast element of A; two 512-bit multiply-adds start each cycle and take 4, so that 8 sums or more are needed
/// to keep both units busy.
/// </summary>
internal sealed class Vector512Kernel<T> : GemmKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override int Rows => 8;

    /// <inheritdoc/>
    public override int WideColumns => 3 * Vector512<T>.Count;

    /// <inheritdoc/>
    public override int NarrowColumns => Vector512<T>.Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override unsafe void MultiplyWide(in GemmTile<T> tile)
    {
        // Rows that C does not have repeat its last one; what they sum is not written.
        nint last = tile.Rows - 1, row = tile.ARowStride;
        nint row1 = Math.Min(1, last) * row, row2 = Math.Min(2, last) * row, row3 = Math.Min(3, last) * row;
        nint row4 = Math.Min(4, last) * row, row5 = Math.Min(5, last) * row, row6 = Math.Min(6, last) * row;
        nint row7 = Math.Min(7, last) * row;

        Vector512<T> c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vector512<T> c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        Vector512<T> c40 = default, c41 = default, c42 = default, c50 = default, c51 = default, c52 = default;
        Vector512<T> c60 = default, c61 = default, c62 = default, c70 = default, c71 = default, c72 = default;

        T* a = tile.A, b = tile.B;
        for (nint k = tile.Inner, aStep = tile.AStep, bStep = tile.BStep; k > 0; k--, a += aStep, b += bStep)
        {
            Vector512<T> b0 = Vector512.Load(b), b1 = Vector512.Load(b + Vector512<T>.Count), b2 = Vector512.Load(b + 2 * Vector512<T>.Count);
            Vector512<T> ai = Vector512.Create(*a);
            (c00, c01, c02) = (MultiplyAdd(ai, b0, c00), MultiplyAdd(ai, b1, c01), MultiplyAdd(ai, b2, c02));
            ai = Vector512.Create(a[row1]);
            (c10, c11, c12) = (MultiplyAdd(ai, b0, c10), MultiplyAdd(ai, b1, c11), MultiplyAdd(ai, b2, c12));
            ai = Vector512.Create(a[row2]);
            (c20, c21, c22) = (MultiplyAdd(ai, b0, c20), MultiplyAdd(ai, b1, c21), MultiplyAdd(ai, b2, c22));
            ai = Vector512.Create(a[row3]);
            (c30, c31, c32) = (MultiplyAdd(ai, b0, c30), MultiplyAdd(ai, b1, c31), MultiplyAdd(ai, b2, c32));
            ai = Vector512.Create(a[row4]);
            (c40, c41, c42) = (MultiplyAdd(ai, b0, c40), MultiplyAdd(ai, b1, c41), MultiplyAdd(ai, b2, c42));
            ai = Vector512.Create(a[row5]);
            (c50, c51, c52) = (MultiplyAdd(ai, b0, c50), MultiplyAdd(ai, b1, c51), MultiplyAdd(ai, b2, c52));
            ai = Vector512.Create(a[row6]);
            (c60, c61, c62) = (MultiplyAdd(ai, b0, c60), MultiplyAdd(ai, b1, c61), MultiplyAdd(ai, b2, c62));
            ai = Vector512.Create(a[row7]);
            (c70, c71, c72) = (MultiplyAdd(ai, b0, c70), MultiplyAdd(ai, b1, c71), MultiplyAdd(ai, b2, c72));
        }

        Store(tile, 0, c00, c01, c02);
        Store(tile, 1, c10, c11, c12);
        Store(tile, 2, c20, c21, c22);
        Store(tile, 3, c30, c31, c32);
        Store(tile, 4, c40, c41, c42);
        Store(tile, 5, c50, c51, c52);
        Store(tile, 6, c60, c61, c62);
        Store(tile, 7, c70, c71, c72);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override unsafe void MultiplyNarrow(in GemmTile<T> tile)
    {
        nint last = tile.Rows - 1, row = tile.ARowStride;
        nint row1 = Math.Min(1, last) * row, row2 = Math.Min(2, last) * row, row3 = Math.Min(3, last) * row;
        nint row4 = Math.Min(4, last) * row, row5 = Math.Min(5, last) * row, row6 = Math.Min(6, last) * row;
        nint row7 = Math.Min(7, last) * row;

        Vector512<T> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;

        T* a = tile.A, b = tile.B;
        for (nint k = tile.Inner, aStep = tile.AStep, bStep = tile.BStep; k > 0; k--, a += aStep, b += bStep)
        {
            Vector512<T> b0 = Vector512.Load(b);
            c0 = MultiplyAdd(Vector512.Create(*a), b0, c0);
            c1 = MultiplyAdd(Vector512.Create(a[row1]), b0, c1);
            c2 = MultiplyAdd(Vector512.Create(a[row2]), b0, c2);
            c3 = MultiplyAdd(Vector512.Create(a[row3]), b0, c3);
            c4 = MultiplyAdd(Vector512.Create(a[row4]), b0, c4);
            c5 = MultiplyAdd(Vector512.Create(a[row5]), b0, c5);
            c6 = MultiplyAdd(Vector512.Create(a[row6]), b0, c6);
            c7 = MultiplyAdd(Vector512.Create(a[row7]), b0, c7);
        }

        Store(tile, 0, c0);
        Store(tile, 1, c1);
        Store(tile, 2, c2);
        Store(tile, 3, c3);
        Store(tile, 4, c4);
        Store(tile, 5, c5);
        Store(tile, 6, c6);
        Store(tile, 7, c7);
    }

    // C = alpha sum + beta C for one row, if C has it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store(in GemmTile<T> tile, int row, Vector512<T> sum0, Vector512<T> sum1, Vector512<T> sum2)
    {
        if (row >= tile.Rows)
            return;
        T* c = tile.C + row * tile.CRowStride;
        Vector512<T> alpha = Vector512.Create(tile.Alpha), beta = Vector512.Create(tile.Beta);
        if (tile.Beta == T.Zero)
        {
            (sum0 * alpha).Store(c);
            (sum1 * alpha).Store(c + Vector512<T>.Count);
            (sum2 * alpha).Store(c + 2 * Vector512<T>.Count);
            return;
        }

        MultiplyAdd(beta, Vector512.Load(c), sum0 * alpha).Store(c);
        MultiplyAdd(beta, Vector512.Load(c + Vector512<T>.Count), sum1 * alpha).Store(c + Vector512<T>.Count);
        MultiplyAdd(beta, Vector512.Load(c + 2 * Vector512<T>.Count), sum2 * alpha).Store(c + 2 * Vector512<T>.Count);
    }

    // The same for one register of a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store(in GemmTile<T> tile, int row, Vector512<T> sum)
    {
        if (row >= tile.Rows)
            return;
        T* c = tile.C + row * tile.CRowStride;
        sum *= Vector512.Create(tile.Alpha);
        if (tile.Beta != T.Zero)
            sum = MultiplyAdd(Vector512.Create(tile.Beta), Vector512.Load(c), sum);
        sum.Store(c);
    }

    // a b + c; the just-in-time compiler knows T and keeps one of the branches.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
}
