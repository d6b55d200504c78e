using System.Numerics;
using System.Runtime.CompilerServices;

namespace RefNet.LinearAlgebra;

/// <summary>
/// One product Y = A B + b 1ᵀ where B is the matrix of columns that <see cref="ShiftedPlanes"/> hold without its being
/// made: row k of B is the memory of the planes from Offsets[k] on.
/// </summary>
internal unsafe struct ShiftedProduct<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The length of the sums that are held in registers. Another number would give other last bits.
    private const int MaxInner = 384;

    // So many results wait in the second-level cache until they are complete and go to their places.
    private const int MaxWaiting = 32 * 1024;

    public GemmKernel<T> Kernel;
    public ShiftedPlanes Layout;

    /// <summary>The planes of the first channel that the sums run over.</summary>
    public T* Planes;

    /// <summary>Element (r, k) of A, the weights, stands at A[r*ARowStride + weight offset k].</summary>
    public T* A;
    public nint ARowStride;

    /// <summary>How many rows A has.</summary>
    public int Rows;

    /// <summary>What is added to each row; null for nothing.</summary>
    public T* Bias;

    /// <summary>Where result (i, j) of row 0 goes, and how far apart the planes of the rows are.</summary>
    public Strided<T> Result;
    public nint ResultPlane;

    /// <summary>Computes all results; threads share the rows if there are enough, otherwise the positions.</summary>
    public readonly void Run()
    {
        int threads = ParallelLoop.AvailableThreads;
        if (threads == 1)
            Rectangle(0, Rows, 0, Layout.Positions);
        else
            ParallelLoop.For(threads, (product: this, threads), static (part, s) => s.product.Part(part, s.threads));
    }

    private readonly void Part(int part, int parts)
    {
        if (Rows >= 2 * parts * Kernel.Rows)
            Rectangle(Border(part, parts, Rows, Kernel.Rows), Border(part + 1, parts, Rows, Kernel.Rows), 0, Layout.Positions);
        else
            Rectangle(0, Rows, Border(part, parts, Layout.Positions, Kernel.WideColumns), Border(part + 1, parts, Layout.Positions, Kernel.WideColumns));
    }

    // Where a part begins: parts are as equal as whole tiles allow.
    private static int Border(int part, int parts, int count, int unit) => (int)Math.Min(count, (count + unit - 1L) / unit * part / parts * unit);

    private readonly void Rectangle(int rowStart, int rowEnd, int start, int end)
    {
        if (rowStart == rowEnd || start == end)
            return;
        int width = Math.Max(2, MaxWaiting / (rowEnd - rowStart) / Kernel.WideColumns) * Kernel.WideColumns;
        width = Math.Min(width, (end - start + Kernel.WideColumns - 1) / Kernel.WideColumns * Kernel.WideColumns);
        using Scratch<T> scratch = new((rowEnd - rowStart) * width);
        fixed (T* sums = scratch.Span)
        {
            for (int position = start; position < end; position += width)
            {
                int count = Math.Min(width, end - position);
                Sum(rowStart, rowEnd, position, count, sums, width);
                for (int r = rowStart; r < rowEnd; r++)
                    Deliver(r, position, count, sums + (r - rowStart) * width);
            }
        }
    }

    // sums = A B for some positions: blocks of k, in them strips of B as wide as the kernel, in them tiles of A's rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Sum(int rowStart, int rowEnd, int position, int count, T* sums, int width)
    {
        GemmTile<T> tile = default;
        tile.Alpha = T.One;
        tile.ARowStride = ARowStride;
        tile.CRowStride = width;
        int inner = Layout.Offsets.Length, blocks = (inner + MaxInner - 1) / MaxInner;
        for (int block = 0, k = 0; block < blocks; block++, k += tile.Inner)
        {
            tile.Inner = (inner - k) / (blocks - block);
            tile.Beta = block == 0 ? T.Zero : T.One;
            tile.AOffsets = Layout.WeightOffsets.Pointer + k;
            tile.BOffsets = Layout.Offsets.Pointer + k;
            for (int column = 0; column < count;)
            {
                bool wide = count - column > Kernel.WideColumns - Kernel.NarrowColumns;
                tile.B = Planes + position + column;
                tile.A = A + rowStart * ARowStride;
                tile.C = sums + column;
                Kernel.MultiplyStrip(tile, rowEnd - rowStart, wide);
                column += wide ? Kernel.WideColumns : Kernel.NarrowColumns;
            }
        }
    }

    // Copies the sums of one row to their places, without those between the rows of the result.
    private readonly void Deliver(int r, int position, int count, T* sums) =>
        PlaneRows.CopyPitched(
            sums, position, count, Layout.Pitch, new Strided<T>(Result.At(0, 0) + r * ResultPlane, Result.RowStride, Result.ColumnStride),
            Layout.ResultRows, Layout.ResultColumns, Bias == null ? T.Zero : Bias[r]);
}
