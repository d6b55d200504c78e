using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RefNet.Backends.Simd;

/// <summary>
/// One small block of C, of at most <see cref="GemmKernel{T}.Rows"/> rows and one strip of columns, and where to find what
/// it is computed from. Element (i, k) of A stands at A[i*ARowStride + k*AStep], row k of B begins at B[k*BStep], and row
/// i of C begins at C[i*CRowStride]. Where there are lists, they stand in the place of the steps: A[i*ARowStride +
/// AOffsets[k]], B[BOffsets[k]].
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

    /// <summary>How many rows the tile has, 1 to <see cref="GemmKernel{T}.Rows"/>.</summary>
    public int Rows;

    /// <summary>How many products each element of C sums.</summary>
    public int Inner;

    public T Alpha;

    /// <summary>The factor of what C holds; 0 means that C is not read.</summary>
    public T Beta;

    /// <summary>How many of the first columns were computed before: where Beta is not 0 they stay as they are.</summary>
    public T Skip;

    /// <summary>A dot product may run over several segments of Inner products each, so far apart in A and in B.</summary>
    public int Segments;
    public nint ASegment;
    public nint BSegment;
}

/// <summary>
/// The innermost loop of <see cref="SimdGemm{T}"/>: C = alpha A B + beta C for a block of C that is small enough to be
/// summed up in registers. A processor multiplies much faster than it loads: each value that is loaded must serve many
/// products. A tile of R x W needs R + W loads for R W products, so it is made as large as the registers hold.
/// </summary>
/// <remarks>
/// <see cref="Multiply"/> adds the products of an element one after another, k = 0, 1, 2, ..., whatever the kernel and
/// wherever the element stands in its tile. <see cref="MultiplyDot"/> adds them in an order of its own.
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
    /// The length of the sums that are held in registers: a strip of B of so many rows stays in the cache. It decides the order of
    /// additions, and so the bits, whatever the number of threads. (Dot products add in as many lanes as a register has.)
    /// </summary>
    public abstract int MaxInner { get; }

    /// <summary>Computes a tile of <see cref="WideColumns"/> or <see cref="NarrowColumns"/> columns.</summary>
    public abstract void Multiply(in GemmTile<T> tile, bool wide);

    /// <summary>
    /// Computes the sums of a tile of <see cref="DotColumns"/> columns where the k of A and of B stand side by side: no
    /// element of either has to be broadcast or moved. Column j of B begins at B[j*BStep], or at B[BOffsets[j]] where there
    /// is such a list. C takes the bare sums, DotColumns to a row and without gaps; it has room for <see cref="Rows"/> rows.
    /// </summary>
    /// <param name="tile">The tile; Inner is a multiple of <see cref="NarrowColumns"/>, AStep is not used.</param>
    /// <param name="columns">How many columns B has; of those that it has not, C takes anything.</param>
    public abstract void MultiplyDot(in GemmTile<T> tile, int columns);

    /// <summary>Computes a strip of columns of any number of rows, tile below tile; A and C of the tile stand at row 0.</summary>
    public unsafe void MultiplyStrip(GemmTile<T> tile, int rows, bool wide)
    {
        T* a = tile.A, c = tile.C;
        for (int row = 0; row < rows; row += Rows)
        {
            tile.Rows = Math.Min(Rows, rows - row);
            tile.A = a + row * tile.ARowStride;
            tile.C = c + row * tile.CRowStride;
            Multiply(tile, wide);
        }
    }

    /// <summary>So many columns, rounded up to whole registers.</summary>
    public int WholeRegisters(int columns) => (columns + NarrowColumns - 1) / NarrowColumns * NarrowColumns;

    /// <summary>Asks for the rows of C, so many columns of each, where the processor can be asked: they arrive while the products are summed.</summary>
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

    /// <summary>Where column j of B begins in a tile of dot products.</summary>
    protected static unsafe nint Column(in GemmTile<T> tile, int j) => tile.BOffsets == null ? j * tile.BStep : tile.BOffsets[j];
}

/// <summary>How a kernel goes from one k to the next in A and in B; known when the kernel is compiled.</summary>
internal interface IWalk
{
    /// <summary>Whether the places stand in the lists of the tile; otherwise they lie a step apart.</summary>
    static abstract bool IsListed { get; }
}

internal readonly struct Stepped : IWalk { public static bool IsListed => false; }
internal readonly struct Listed : IWalk { public static bool IsListed => true; }

/// <summary>A number of rows that is known when a kernel is compiled: one source for tiles of every height.</summary>
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
