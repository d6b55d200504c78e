using System.Numerics;
using System.Runtime.CompilerServices;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Blocks of 6 rows by 2 (or 1) registers of whatever width the processor has: 256 bits with AVX2, 128 with SSE or on
/// Arm. Of 16 registers, 12 hold sums, 2 a row of B and 1 the broadcast element of A.
/// </summary>
internal sealed class VectorKernel<T> : GemmKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override int Rows => 6;

    /// <inheritdoc/>
    public override int WideColumns => 2 * Vector<T>.Count;

    /// <inheritdoc/>
    public override int NarrowColumns => Vector<T>.Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override unsafe void MultiplyWide(in GemmTile<T> tile)
    {
        // Rows that C does not have repeat its last one; what they sum is not written.
        nint last = tile.Rows - 1, row = tile.ARowStride;
        nint row1 = Math.Min(1, last) * row, row2 = Math.Min(2, last) * row, row3 = Math.Min(3, last) * row;
        nint row4 = Math.Min(4, last) * row, row5 = Math.Min(5, last) * row;

        Vector<T> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector<T> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;

        T* a = tile.A, b = tile.B;
        for (nint k = tile.Inner, aStep = tile.AStep, bStep = tile.BStep; k > 0; k--, a += aStep, b += bStep)
        {
            Vector<T> b0 = Vector.Load(b), b1 = Vector.Load(b + Vector<T>.Count);
            Vector<T> ai = Vector.Create(*a);
            (c00, c01) = (MultiplyAdd(ai, b0, c00), MultiplyAdd(ai, b1, c01));
            ai = Vector.Create(a[row1]);
            (c10, c11) = (MultiplyAdd(ai, b0, c10), MultiplyAdd(ai, b1, c11));
            ai = Vector.Create(a[row2]);
            (c20, c21) = (MultiplyAdd(ai, b0, c20), MultiplyAdd(ai, b1, c21));
            ai = Vector.Create(a[row3]);
            (c30, c31) = (MultiplyAdd(ai, b0, c30), MultiplyAdd(ai, b1, c31));
            ai = Vector.Create(a[row4]);
            (c40, c41) = (MultiplyAdd(ai, b0, c40), MultiplyAdd(ai, b1, c41));
            ai = Vector.Create(a[row5]);
            (c50, c51) = (MultiplyAdd(ai, b0, c50), MultiplyAdd(ai, b1, c51));
        }

        Store(tile, 0, c00, c01);
        Store(tile, 1, c10, c11);
        Store(tile, 2, c20, c21);
        Store(tile, 3, c30, c31);
        Store(tile, 4, c40, c41);
        Store(tile, 5, c50, c51);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override unsafe void MultiplyNarrow(in GemmTile<T> tile)
    {
        nint last = tile.Rows - 1, row = tile.ARowStride;
        nint row1 = Math.Min(1, last) * row, row2 = Math.Min(2, last) * row, row3 = Math.Min(3, last) * row;
        nint row4 = Math.Min(4, last) * row, row5 = Math.Min(5, last) * row;

        Vector<T> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;

        T* a = tile.A, b = tile.B;
        for (nint k = tile.Inner, aStep = tile.AStep, bStep = tile.BStep; k > 0; k--, a += aStep, b += bStep)
        {
            Vector<T> b0 = Vector.Load(b);
            c0 = MultiplyAdd(Vector.Create(*a), b0, c0);
            c1 = MultiplyAdd(Vector.Create(a[row1]), b0, c1);
            c2 = MultiplyAdd(Vector.Create(a[row2]), b0, c2);
            c3 = MultiplyAdd(Vector.Create(a[row3]), b0, c3);
            c4 = MultiplyAdd(Vector.Create(a[row4]), b0, c4);
            c5 = MultiplyAdd(Vector.Create(a[row5]), b0, c5);
        }

        Store(tile, 0, c0);
        Store(tile, 1, c1);
        Store(tile, 2, c2);
        Store(tile, 3, c3);
        Store(tile, 4, c4);
        Store(tile, 5, c5);
    }

    // C = alpha sum + beta C for one row, if C has it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store(in GemmTile<T> tile, int row, Vector<T> sum0, Vector<T> sum1)
    {
        if (row >= tile.Rows)
            return;
        T* c = tile.C + row * tile.CRowStride;
        Vector<T> alpha = Vector.Create(tile.Alpha), beta = Vector.Create(tile.Beta);
        if (tile.Beta == T.Zero)
        {
            (sum0 * alpha).Store(c);
            (sum1 * alpha).Store(c + Vector<T>.Count);
            return;
        }

        MultiplyAdd(beta, Vector.Load(c), sum0 * alpha).Store(c);
        MultiplyAdd(beta, Vector.Load(c + Vector<T>.Count), sum1 * alpha).Store(c + Vector<T>.Count);
    }

    // The same for one register of a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store(in GemmTile<T> tile, int row, Vector<T> sum)
    {
        if (row >= tile.Rows)
            return;
        T* c = tile.C + row * tile.CRowStride;
        sum *= Vector.Create(tile.Alpha);
        if (tile.Beta != T.Zero)
            sum = MultiplyAdd(Vector.Create(tile.Beta), Vector.Load(c), sum);
        sum.Store(c);
    }

    // a b + c, in one rounding where the hardware can; the just-in-time compiler knows T and keeps one of the branches.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> MultiplyAdd(Vector<T> a, Vector<T> b, Vector<T> c) =>
        typeof(T) == typeof(float)
            ? Vector.MultiplyAddEstimate(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
            : Vector.MultiplyAddEstimate(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();
}
