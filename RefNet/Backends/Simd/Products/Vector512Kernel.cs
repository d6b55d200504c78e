using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.Backends.Simd;

/// <summary>
/// Tiles of up to 8 rows by 3 (or 1) registers of 512 bits. Of the 32 registers of AVX-512, 24 hold sums, 3 a row of B
/// and 1 the broadcast element of A; two 512-bit multiply-adds start each cycle and take 4, so that 8 sums or more are
/// needed to keep both units busy.
/// </summary>
internal sealed partial class Vector512Kernel<T> : GemmKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override int Rows => 8;

    /// <inheritdoc/>
    public override int WideColumns => 3 * Vector512<T>.Count;

    /// <inheritdoc/>
    public override int NarrowColumns => Vector512<T>.Count;

    /// <inheritdoc/>
    public override int MaxInner => 512; // a strip takes 96 KiB in float, of a second-level cache of 1 MiB

    /// <inheritdoc/>
    public override void Multiply(in GemmTile<T> tile, bool wide)
    {
        switch (tile.Rows)
        {
            case 1: Multiply<Rows1>(tile, wide); break;
            case 2: Multiply<Rows2>(tile, wide); break;
            case 3: Multiply<Rows3>(tile, wide); break;
            case 4: Multiply<Rows4>(tile, wide); break;
            case 5: Multiply<Rows5>(tile, wide); break;
            case 6: Multiply<Rows6>(tile, wide); break;
            case 7: Multiply<Rows7>(tile, wide); break;
            case 8: Multiply<Rows8>(tile, wide); break;
        }
    }

    private static unsafe void Multiply<TRows>(in GemmTile<T> tile, bool wide) where TRows : IRowCount
    {
        if (tile.BOffsets == null)
            Multiply<TRows, Stepped>(tile, wide);
        else
            Multiply<TRows, Listed>(tile, wide);
    }

    private static void Multiply<TRows, TWalk>(in GemmTile<T> tile, bool wide) where TRows : IRowCount where TWalk : IWalk
    {
        if (tile.Alpha == T.One && tile.Beta == T.Zero)
            Multiply<TRows, TWalk, Plain>(tile, wide);
        else
            Multiply<TRows, TWalk, Combined>(tile, wide);
    }

    private static void Multiply<TRows, TWalk, TResult>(in GemmTile<T> tile, bool wide) where TRows : IRowCount where TWalk : IWalk where TResult : IResult
    {
        if (!wide)
        {
            Narrow<TRows, TWalk, TResult>(tile);
            return;
        }

        if (!tile.IsNear)
            Prefetch(tile, TRows.Value, 3 * Vector512<T>.Count);
        Wide<TRows, TWalk, TResult>(tile);
    }

    // The JIT evaluates the comparisons with TRows, TWalk and TResult at compile time: rows that a tile does not have cost nothing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Wide<TRows, TWalk, TResult>(in GemmTile<T> tile) where TRows : IRowCount where TWalk : IWalk where TResult : IResult
    {
        Vector512<T> c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vector512<T> c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        Vector512<T> c40 = default, c41 = default, c42 = default, c50 = default, c51 = default, c52 = default;
        Vector512<T> c60 = default, c61 = default, c62 = default, c70 = default, c71 = default, c72 = default;
        nint row = tile.ARowStride;
        T* aNext = tile.A, bNext = tile.B;
        nint* aOffsets = tile.AOffsets, bOffsets = tile.BOffsets;
        for (nint k = 0, inner = tile.Inner, aStep = tile.AStep, bStep = tile.BStep; k < inner; k++, aNext += aStep, bNext += bStep)
        {
            T* a = TWalk.IsListed ? tile.A + aOffsets[k] : aNext, b = TWalk.IsListed ? tile.B + bOffsets[k] : bNext;
            Vector512<T> b0 = Vector512.Load(b), b1 = Vector512.Load(b + Vector512<T>.Count), b2 = Vector512.Load(b + 2 * Vector512<T>.Count);
            Vector512<T> ai = Vector512.Create(a[0]);
            (c00, c01, c02) = (MultiplyAdd(ai, b0, c00), MultiplyAdd(ai, b1, c01), MultiplyAdd(ai, b2, c02));
            if (TRows.Value > 1)
            {
                ai = Vector512.Create(a[row]);
                (c10, c11, c12) = (MultiplyAdd(ai, b0, c10), MultiplyAdd(ai, b1, c11), MultiplyAdd(ai, b2, c12));
            }

            if (TRows.Value > 2)
            {
                ai = Vector512.Create(a[2 * row]);
                (c20, c21, c22) = (MultiplyAdd(ai, b0, c20), MultiplyAdd(ai, b1, c21), MultiplyAdd(ai, b2, c22));
            }

            if (TRows.Value > 3)
            {
                ai = Vector512.Create(a[3 * row]);
                (c30, c31, c32) = (MultiplyAdd(ai, b0, c30), MultiplyAdd(ai, b1, c31), MultiplyAdd(ai, b2, c32));
            }

            if (TRows.Value > 4)
            {
                ai = Vector512.Create(a[4 * row]);
                (c40, c41, c42) = (MultiplyAdd(ai, b0, c40), MultiplyAdd(ai, b1, c41), MultiplyAdd(ai, b2, c42));
            }

            if (TRows.Value > 5)
            {
                ai = Vector512.Create(a[5 * row]);
                (c50, c51, c52) = (MultiplyAdd(ai, b0, c50), MultiplyAdd(ai, b1, c51), MultiplyAdd(ai, b2, c52));
            }

            if (TRows.Value > 6)
            {
                ai = Vector512.Create(a[6 * row]);
                (c60, c61, c62) = (MultiplyAdd(ai, b0, c60), MultiplyAdd(ai, b1, c61), MultiplyAdd(ai, b2, c62));
            }

            if (TRows.Value > 7)
            {
                ai = Vector512.Create(a[7 * row]);
                (c70, c71, c72) = (MultiplyAdd(ai, b0, c70), MultiplyAdd(ai, b1, c71), MultiplyAdd(ai, b2, c72));
            }
        }

        Store<TResult>(tile, 0, c00, c01, c02);
        if (TRows.Value > 1)
            Store<TResult>(tile, 1, c10, c11, c12);
        if (TRows.Value > 2)
            Store<TResult>(tile, 2, c20, c21, c22);
        if (TRows.Value > 3)
            Store<TResult>(tile, 3, c30, c31, c32);
        if (TRows.Value > 4)
            Store<TResult>(tile, 4, c40, c41, c42);
        if (TRows.Value > 5)
            Store<TResult>(tile, 5, c50, c51, c52);
        if (TRows.Value > 6)
            Store<TResult>(tile, 6, c60, c61, c62);
        if (TRows.Value > 7)
            Store<TResult>(tile, 7, c70, c71, c72);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Narrow<TRows, TWalk, TResult>(in GemmTile<T> tile) where TRows : IRowCount where TWalk : IWalk where TResult : IResult
    {
        Vector512<T> c0 = default, c1 = default, c2 = default, c3 = default;
        Vector512<T> c4 = default, c5 = default, c6 = default, c7 = default;
        nint row = tile.ARowStride;
        T* aNext = tile.A, bNext = tile.B;
        nint* aOffsets = tile.AOffsets, bOffsets = tile.BOffsets;
        for (nint k = 0, inner = tile.Inner, aStep = tile.AStep, bStep = tile.BStep; k < inner; k++, aNext += aStep, bNext += bStep)
        {
            T* a = TWalk.IsListed ? tile.A + aOffsets[k] : aNext, b = TWalk.IsListed ? tile.B + bOffsets[k] : bNext;
            Vector512<T> b0 = Vector512.Load(b);
            c0 = MultiplyAdd(Vector512.Create(a[0]), b0, c0);
            if (TRows.Value > 1)
                c1 = MultiplyAdd(Vector512.Create(a[row]), b0, c1);
            if (TRows.Value > 2)
                c2 = MultiplyAdd(Vector512.Create(a[2 * row]), b0, c2);
            if (TRows.Value > 3)
                c3 = MultiplyAdd(Vector512.Create(a[3 * row]), b0, c3);
            if (TRows.Value > 4)
                c4 = MultiplyAdd(Vector512.Create(a[4 * row]), b0, c4);
            if (TRows.Value > 5)
                c5 = MultiplyAdd(Vector512.Create(a[5 * row]), b0, c5);
            if (TRows.Value > 6)
                c6 = MultiplyAdd(Vector512.Create(a[6 * row]), b0, c6);
            if (TRows.Value > 7)
                c7 = MultiplyAdd(Vector512.Create(a[7 * row]), b0, c7);
        }

        Store<TResult>(tile, tile.C, 0, c0);
        if (TRows.Value > 1)
            Store<TResult>(tile, tile.C + tile.CRowStride, 0, c1);
        if (TRows.Value > 2)
            Store<TResult>(tile, tile.C + 2 * tile.CRowStride, 0, c2);
        if (TRows.Value > 3)
            Store<TResult>(tile, tile.C + 3 * tile.CRowStride, 0, c3);
        if (TRows.Value > 4)
            Store<TResult>(tile, tile.C + 4 * tile.CRowStride, 0, c4);
        if (TRows.Value > 5)
            Store<TResult>(tile, tile.C + 5 * tile.CRowStride, 0, c5);
        if (TRows.Value > 6)
            Store<TResult>(tile, tile.C + 6 * tile.CRowStride, 0, c6);
        if (TRows.Value > 7)
            Store<TResult>(tile, tile.C + 7 * tile.CRowStride, 0, c7);
    }

    // One row of C.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<TResult>(in GemmTile<T> tile, int row, Vector512<T> sum0, Vector512<T> sum1, Vector512<T> sum2) where TResult : IResult
    {
        T* c = tile.C + row * tile.CRowStride;
        Store<TResult>(tile, c, 0, sum0);
        Store<TResult>(tile, c + Vector512<T>.Count, Vector512<T>.Count, sum1);
        Store<TResult>(tile, c + 2 * Vector512<T>.Count, 2 * Vector512<T>.Count, sum2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<TResult>(in GemmTile<T> tile, T* c, int column, Vector512<T> sum) where TResult : IResult
    {
        if (!TResult.IsPlain)
            sum = Combine(tile, c, column, sum);
        sum.Store(c);
    }

    // alpha sum + beta C
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<T> Combine(in GemmTile<T> tile, T* c, int column, Vector512<T> sum)
    {
        sum *= Vector512.Create(tile.Alpha);
        if (tile.Beta == T.Zero)
            return sum;
        Vector512<T> old = Vector512.Load(c), skip = Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(tile.Skip - T.CreateTruncating(column)));
        return Vector512.ConditionalSelect(skip, old, MultiplyAdd(Vector512.Create(tile.Beta), old, sum));
    }

    // a b + c; the JIT compiler knows T and keeps one of the branches.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
}
