using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RefNet.Backends.Simd;

/// <summary>
/// One small block of C, of at most <see cref="GemmKernel{T}.Rows"/> rows and one strip of columns, and its operands.
/// Element (i, k) of A is at A[i*ARowStride + k*AStep], row k of B begins at B[k*BStep], and row i of C begins at
/// C[i*CRowStride]. Lists, where given, replace the steps: A[i*ARowStride + AOffsets[k]],
/// B[BOffsets[k]].
/// </summary>
internal unsafe struct GemmTile<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T* A;
    public nint ARowStride;
    public nint AStep;
    public nint* AOffsets;
    public T* B;
    public nint BStep;
    public nint* BOffsets;
    public T* C;
    public nint CRowStride;

    /// <summary>The number of rows of the tile, 1 to <see cref="GemmKernel{T}.Rows"/>.</summary>
    public int Rows;

    /// <summary>The number of products in the sum of each element of C.</summary>
    public int Inner;

    public T Alpha;

    /// <summary>The factor of the present C; 0 means that C is not read.</summary>
    public T Beta;

    /// <summary>The number of leading columns that were computed before: where Beta is not 0 they are left unchanged.</summary>
    public T Skip;

    /// <summary>Whether C is in the cache already; otherwise the lines of wide tiles are prefetched.</summary>
    public bool IsNear;

    /// <summary>A dot product may run over several segments of Inner products each, at these distances in A and in B.</summary>
    public int Segments;
    public nint ASegment;
    public nint BSegment;
}

/// <summary>
/// The innermost loop of <see cref="SimdGemm{T}"/>: C = alpha A B + beta C for a block of C small enough to be summed
/// in registers. A processor multiplies much faster than it loads, so each loaded value must serve many products. A
/// tile of R x W needs R + W loads for R W products, so it is as large as the registers allow.
/// </summary>
/// <remarks>
/// <see cref="Multiply"/> adds the products of an element one after another, k = 0, 1, 2, ..., in every kernel and at
/// every position in a tile. <see cref="MultiplyDot"/> adds them in a different order.
/// </remarks>
internal abstract class GemmKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int CacheLine = 64; // bytes

    /// <summary>The most rows of a tile.</summary>
    public abstract int Rows { get; }

    /// <summary>The columns of a wide tile.</summary>
    public abstract int WideColumns { get; }

    /// <summary>The columns of a narrow tile, one vector register.</summary>
    public abstract int NarrowColumns { get; }

    /// <summary>The columns of a tile of dot products.</summary>
    public abstract int DotColumns { get; }

    /// <summary>
    /// The length of the sums that are held in registers: a strip of B with this many rows stays in the cache. It determines the
    /// order of additions, and so the bits, for any number of threads. (Dot products have one partial sum per lane of a register.)
    /// </summary>
    public abstract int MaxInner { get; }

    /// <summary>Computes a tile of <see cref="WideColumns"/> or <see cref="NarrowColumns"/> columns.</summary>
    public abstract void Multiply(in GemmTile<T> tile, bool wide);

    /// <summary>
    /// Computes the sums of a tile of <see cref="DotColumns"/> columns where A and B are contiguous along k: no element
    /// of either has to be broadcast or moved. Column j of B begins at B[j*BStep], or at B[BOffsets[j]] where there is such
    /// a list. C receives the plain sums, DotColumns per row and without gaps; it has room for <see cref="Rows"/> rows.
    /// </summary>
    /// <param name="tile">The tile; Inner is a multiple of <see cref="NarrowColumns"/>, AStep is not used.</param>
    /// <param name="columns">The number of columns of B; further columns of C are undefined.</param>
    public abstract void MultiplyDot(in GemmTile<T> tile, int columns);

    /// <summary>Computes a strip of columns of any number of rows, one tile after another; A and C of the tile point to row 0.</summary>
    /// <remarks>The tile is not copied: loads that combine several recent stores wait until these have reached the cache.</remarks>
    public unsafe void MultiplyStrip(ref GemmTile<T> tile, int rows, bool wide)
    {
        T* a = tile.A, c = tile.C;
        for (int row = 0; row < rows; row += Rows)
        {
            tile.Rows = Math.Min(Rows, rows - row);
            tile.A = a + row * tile.ARowStride;
            tile.C = c + row * tile.CRowStride;
            Multiply(tile, wide);
        }

        tile.A = a;
        tile.C = c;
    }

    /// <summary>A number of columns, rounded up to whole registers.</summary>
    public int WholeRegisters(int columns) => (columns + NarrowColumns - 1) / NarrowColumns * NarrowColumns;

    /// <summary>Prefetches the given number of columns of each row of C, where the processor supports it: they arrive while the products are summed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static unsafe void Prefetch(in GemmTile<T> tile, int rows, int columns)
    {
        if (!Sse.IsSupported)
            return;
        T* c = tile.C;
        for (int i = 0; i < rows; i++, c += tile.CRowStride)
        {
            for (int j = 0; j < columns; j += CacheLine / sizeof(T))
                Sse.Prefetch0(c + j);
            Sse.Prefetch0(c + columns - 1);
        }
    }

    /// <summary>The start of column j of B in a tile of dot products.</summary>
    protected static unsafe nint Column(in GemmTile<T> tile, int j) => tile.BOffsets == null ? j * tile.BStep : tile.BOffsets[j];
}

/// <summary>How a kernel steps from one k to the next in A and in B; known when the kernel is compiled.</summary>
internal interface IWalk
{
    /// <summary>Whether positions come from the lists of the tile, or are a constant step apart.</summary>
    static abstract bool IsListed { get; }
}

internal readonly struct Stepped : IWalk { public static bool IsListed => false; }
internal readonly struct Listed : IWalk { public static bool IsListed => true; }

/// <summary>What a kernel makes of its sums; known when the kernel is compiled.</summary>
internal interface IResult
{
    /// <summary>Whether C = A B: alpha is 1 and beta 0.</summary>
    static abstract bool IsPlain { get; }
}

internal readonly struct Plain : IResult { public static bool IsPlain => true; }
internal readonly struct Combined : IResult { public static bool IsPlain => false; }

/// <summary>A number of rows that is known when a kernel is compiled: one source serves tiles of every height.</summary>
internal interface IRowCount
{
    static abstract int Value { get; }
}

internal readonly struct Rows1 : IRowCount { public static int Value => 1; }
internal readonly struct Rows2 : IRowCount { public static int Value => 2; }
internal readonly struct Rows3 : IRowCount { public static int Value => 3; }
internal readonly struct Rows4 : IRowCount { public static int Value => 4; }
internal readonly struct Rows5 : IRowCount { public static int Value => 5; }
internal readonly struct Rows6 : IRowCount { public static int Value => 6; }
internal readonly struct Rows7 : IRowCount { public static int Value => 7; }
internal readonly struct Rows8 : IRowCount { public static int Value => 8; }
