using System.Numerics;
using System.Runtime.CompilerServices;

namespace RefNet.Backends.Simd;

/// <summary>
/// Tiles of up to 6 rows by 2 (or 1) registers of the processor's width: 256 bits with AVX2, 128 with SSE or
/// on Arm. Of 16 registers, 12 hold sums, 2 a row of B and 1 the broadcast element of A.
/// </summary>
internal sealed partial class VectorKernel<T> : GemmKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override int Rows => 6;

    /// <inheritdoc/>
    public override int WideColumns => 2 * Vector<T>.Count;

    /// <inheritdoc/>
    public override int NarrowColumns => Vector<T>.Count;

    /// <inheritdoc/>
    public override int MaxInner => 256; // a strip takes 16 KiB in float, half of a first-level cache

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
            Prefetch(tile, TRows.Value, 2 * Vector<T>.Count);
        Wide<TRows, TWalk, TResult>(tile);
    }

    // The JIT evaluates the comparisons with TRows, TWalk and TResult at compile time: rows that a tile does not have cost nothing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Wide<TRows, TWalk, TResult>(in GemmTile<T> tile) where TRows : IRowCount where TWalk : IWalk where TResult : IResult
    {
        Vector<T> c00 = default, c01 = default, c10 = default, c11 = default;
        Vector<T> c20 = default, c21 = default, c30 = default, c31 = default;
        Vector<T> c40 = default, c41 = default, c50 = default, c51 = default;
        nint row = tile.ARowStride;
        T* aNext = tile.A, bNext = tile.B;
        nint* aOffsets = tile.AOffsets, bOffsets = tile.BOffsets;
        for (nint k = 0, inner = tile.Inner, aStep = tile.AStep, bStep = tile.BStep; k < inner; k++, aNext += aStep, bNext += bStep)
        {
            T* a = TWalk.IsListed ? tile.A + aOffsets[k] : aNext, b = TWalk.IsListed ? tile.B + bOffsets[k] : bNext;
            Vector<T> b0 = Vector.Load(b), b1 = Vector.Load(b + Vector<T>.Count);
            Vector<T> ai = Vector.Create(a[0]);
            (c00, c01) = (MultiplyAdd(ai, b0, c00), MultiplyAdd(ai, b1, c01));
            if (TRows.Value > 1)
            {
                ai = Vector.Create(a[row]);
                (c10, c11) = (MultiplyAdd(ai, b0, c10), MultiplyAdd(ai, b1, c11));
            }

            if (TRows.Value > 2)
            {
                ai = Vector.Create(a[2 * row]);
                (c20, c21) = (MultiplyAdd(ai, b0, c20), MultiplyAdd(ai, b1, c21));
            }

            if (TRows.Value > 3)
            {
                ai = Vector.Create(a[3 * row]);
                (c30, c31) = (MultiplyAdd(ai, b0, c30), MultiplyAdd(ai, b1, c31));
            }

            if (TRows.Value > 4)
            {
                ai = Vector.Create(a[4 * row]);
                (c40, c41) = (MultiplyAdd(ai, b0, c40), MultiplyAdd(ai, b1, c41));
            }

            if (TRows.Value > 5)
            {
                ai = Vector.Create(a[5 * row]);
                (c50, c51) = (MultiplyAdd(ai, b0, c50), MultiplyAdd(ai, b1, c51));
            }
        }

        Store<TResult>(tile, 0, c00, c01);
        if (TRows.Value > 1)
            Store<TResult>(tile, 1, c10, c11);
        if (TRows.Value > 2)
            Store<TResult>(tile, 2, c20, c21);
        if (TRows.Value > 3)
            Store<TResult>(tile, 3, c30, c31);
        if (TRows.Value > 4)
            Store<TResult>(tile, 4, c40, c41);
        if (TRows.Value > 5)
            Store<TResult>(tile, 5, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Narrow<TRows, TWalk, TResult>(in GemmTile<T> tile) where TRows : IRowCount where TWalk : IWalk where TResult : IResult
    {
        Vector<T> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        nint row = tile.ARowStride;
        T* aNext = tile.A, bNext = tile.B;
        nint* aOffsets = tile.AOffsets, bOffsets = tile.BOffsets;
        for (nint k = 0, inner = tile.Inner, aStep = tile.AStep, bStep = tile.BStep; k < inner; k++, aNext += aStep, bNext += bStep)
        {
            T* a = TWalk.IsListed ? tile.A + aOffsets[k] : aNext, b = TWalk.IsListed ? tile.B + bOffsets[k] : bNext;
            Vector<T> b0 = Vector.Load(b);
            c0 = MultiplyAdd(Vector.Create(a[0]), b0, c0);
            if (TRows.Value > 1)
                c1 = MultiplyAdd(Vector.Create(a[row]), b0, c1);
            if (TRows.Value > 2)
                c2 = MultiplyAdd(Vector.Create(a[2 * row]), b0, c2);
            if (TRows.Value > 3)
                c3 = MultiplyAdd(Vector.Create(a[3 * row]), b0, c3);
            if (TRows.Value > 4)
                c4 = MultiplyAdd(Vector.Create(a[4 * row]), b0, c4);
            if (TRows.Value > 5)
                c5 = MultiplyAdd(Vector.Create(a[5 * row]), b0, c5);
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
    }

    // One row of C.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<TResult>(in GemmTile<T> tile, int row, Vector<T> sum0, Vector<T> sum1) where TResult : IResult
    {
        T* c = tile.C + row * tile.CRowStride;
        Store<TResult>(tile, c, 0, sum0);
        Store<TResult>(tile, c + Vector<T>.Count, Vector<T>.Count, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<TResult>(in GemmTile<T> tile, T* c, int column, Vector<T> sum) where TResult : IResult
    {
        if (!TResult.IsPlain)
            sum = Combine(tile, c, column, sum);
        sum.Store(c);
    }

    // alpha sum + beta C
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector<T> Combine(in GemmTile<T> tile, T* c, int column, Vector<T> sum)
    {
        sum *= Vector.Create(tile.Alpha);
        if (tile.Beta == T.Zero)
            return sum;
        Vector<T> old = Vector.Load(c), skip = Vector.LessThan(Vector<T>.Indices, Vector.Create(tile.Skip - T.CreateTruncating(column)));
        return Vector.ConditionalSelect(skip, old, MultiplyAdd(Vector.Create(tile.Beta), old, sum));
    }

    /// <summary>a b + c, with one rounding where the hardware supports it.</summary>
    /// <remarks>The JIT compiler knows T and keeps one of the branches.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<T> MultiplyAdd(Vector<T> a, Vector<T> b, Vector<T> c) =>
        typeof(T) == typeof(float)
            ? Vector.MultiplyAddEstimate(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
            : Vector.MultiplyAddEstimate(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();
}
