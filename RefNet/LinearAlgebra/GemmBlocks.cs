using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>Element (i, j) of a matrix stands at Elements[i*RowStride + j*ColumnStride].</summary>
internal readonly unsafe struct Strided<T>(T* elements, nint rowStride, nint columnStride)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly nint RowStride = rowStride;
    public readonly nint ColumnStride = columnStride;

    private readonly T* elements = elements;

    public T* At(int row, int column) => elements + row * RowStride + column * ColumnStride;
}

/// <summary>
/// One product C = alpha A B + beta C on its way: cut into blocks that fit the caches, and the blocks into tiles for the
/// kernel. A block of A (up to 512 rows of 512 products) stays in the second-level cache while strips of B, as wide as
/// the kernel, pass over it; a strip of B stays in the first while all rows of A pass over it.
/// </summary>
internal sealed unsafe class GemmBlocks<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The length of the sums that are held in registers. It decides the order of additions, and so the bits: the same for
    // every kernel and every number of threads.
    private const int MaxInner = 512;
    private const int MaxRows = 512;
    private const int MaxStrip = 64;
    private const int MaxTileRows = 8;

    // Operands up to this size are read where they are: they fit into the first-level cache anyway.
    private const int InPlaceBytes = 32 * 1024;

    [ThreadStatic]
    private static GemmBlocks<T>? ofThisThread;

    [ThreadStatic]
    private static AlignedMemory<T>? scratchOfThisThread;

    private readonly Action<int> runPart;
    private int rows;
    private int columns;
    private int parts;

    private GemmBlocks() => runPart = RunPart;

    /// <summary>The object that this thread uses again for each of its products, so that a product allocates nothing.</summary>
    public static GemmBlocks<T> OfThisThread => ofThisThread ??= new GemmBlocks<T>();

    public GemmKernel<T> Kernel { get; set; } = null!;

    public int Inner { get; set; }

    public T Alpha { get; set; }

    public T Beta { get; set; }

    public Strided<T> A { get; set; }

    public Strided<T> B { get; set; }

    public Strided<T> C { get; set; }

    /// <summary>Computes all of C, of so many rows and columns, on up to so many threads.</summary>
    public void Run(int rows, int columns, int threads)
    {
        (this.rows, this.columns) = (rows, columns);
        bool splitRows = SplitRows;
        parts = Math.Min(threads, splitRows ? Units(rows, Kernel.Rows) : Units(columns, Kernel.WideColumns));
        if (parts == 1)
            Multiply(0, rows, 0, columns);
        else
            ParallelLoop.For(parts, runPart);
    }

    // Threads share whichever of rows and columns there are more of, measured in tiles.
    private bool SplitRows => Units(rows, Kernel.Rows) >= Units(columns, Kernel.WideColumns);

    private static int Units(int count, int unit) => (count + unit - 1) / unit;

    private void RunPart(int part)
    {
        if (SplitRows)
            Multiply(Border(part, rows, Kernel.Rows), Border(part + 1, rows, Kernel.Rows), 0, columns);
        else
            Multiply(0, rows, Border(part, columns, Kernel.WideColumns), Border(part + 1, columns, Kernel.WideColumns));
    }

    // Where a part begins: parts are as equal as whole tiles allow.
    private int Border(int part, int count, int unit) => (int)Math.Min(count, (long)Units(count, unit) * part / parts * unit);

    // Rows rowStart to rowEnd - 1 and columns columnStart to columnEnd - 1 of C, on this thread.
    private void Multiply(int rowStart, int rowEnd, int columnStart, int columnEnd)
    {
        scratchOfThisThread ??= new AlignedMemory<T>(MaxRows * MaxInner + MaxInner * MaxStrip + MaxTileRows * MaxStrip);
        fixed (T* packedA = scratchOfThisThread.Span)
        {
            T* packedB = packedA + MaxRows * MaxInner;
            T* edge = packedB + MaxInner * MaxStrip;

            int innerBlocks = Math.Max(1, Units(Inner, MaxInner)); // an empty sum still sets C = beta C
            for (int block = 0; block < innerBlocks; block++)
            {
                int k = (int)((long)Inner * block / innerBlocks);
                int depth = (int)((long)Inner * (block + 1) / innerBlocks) - k;
                T beta = block == 0 ? Beta : T.One;
                for (int row = rowStart; row < rowEnd; row += MaxRows)
                    MultiplyBlock(row, Math.Min(MaxRows, rowEnd - row), columnStart, columnEnd, k, depth, beta, packedA, packedB, edge);
            }
        }
    }

    // Adds the products k to k + depth - 1 to some rows of C.
    private void MultiplyBlock(
        int firstRow, int rowCount, int columnStart, int columnEnd, int k, int depth, T beta, T* packedA, T* packedB, T* edge)
    {
        GemmTile<T> tile;
        tile.Inner = depth;
        tile.Alpha = Alpha;

        int tileRows = Kernel.Rows;
        bool packA = PackA(rowCount, columnEnd - columnStart, depth);
        if (packA)
        {
            for (int i = 0; i < rowCount; i += tileRows)
                GemmPacking.Pack(A.At(firstRow + i, k), A.ColumnStride, A.RowStride, depth, Math.Min(tileRows, rowCount - i), packedA + i * depth, tileRows);
        }

        tile.ARowStride = packA ? 1 : A.RowStride;
        tile.AStep = packA ? tileRows : A.ColumnStride;

        for (int j = columnStart; j < columnEnd;)
        {
            // What is left over is computed in narrow strips where that takes fewer registers.
            bool wide = columnEnd - j > Kernel.WideColumns - Kernel.NarrowColumns;
            int width = wide ? Kernel.WideColumns : Kernel.NarrowColumns;
            int used = Math.Min(width, columnEnd - j);

            if (used == width && B.ColumnStride == 1 && !PackB(rowCount, columnEnd - columnStart, depth))
            {
                tile.B = B.At(k, j);
                tile.BStep = B.RowStride;
            }
            else
            {
                GemmPacking.Pack(B.At(k, j), B.RowStride, B.ColumnStride, depth, used, packedB, width);
                tile.B = packedB;
                tile.BStep = width;
            }

            for (int i = 0; i < rowCount; i += tileRows)
            {
                tile.Rows = Math.Min(tileRows, rowCount - i);
                tile.A = packA ? packedA + i * depth : A.At(firstRow + i, k);
                T* c = C.At(firstRow + i, j);
                tile.Beta = beta;
                if (used == width && C.ColumnStride == 1)
                {
                    tile.C = c;
                    tile.CRowStride = C.RowStride;
                    Multiply(tile, wide);
                }
                else
                {
                    tile.C = edge;
                    tile.CRowStride = width;
                    MultiplyEdge(tile, wide, c, used);
                }
            }

            j += used;
        }
    }

    private void Multiply(in GemmTile<T> tile, bool wide)
    {
        if (wide)
            Kernel.MultiplyWide(tile);
        else
            Kernel.MultiplyNarrow(tile);
    }

    // A tile that C does not have in full, or whose rows have gaps: the kernel works on a copy.
    private void MultiplyEdge(in GemmTile<T> tile, bool wide, T* c, int columns)
    {
        if (tile.Beta != T.Zero)
            Copy(c, C.RowStride, C.ColumnStride, tile.C, tile.CRowStride, 1, tile.Rows, columns);
        Multiply(tile, wide);
        Copy(tile.C, tile.CRowStride, 1, c, C.RowStride, C.ColumnStride, tile.Rows, columns);
    }

    private static void Copy(
        T* source, nint sourceRow, nint sourceColumn, T* target, nint targetRow, nint targetColumn, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                target[i * targetRow + j * targetColumn] = source[i * sourceRow + j * sourceColumn];
        }
    }

    private bool PackA(int rows, int columns, int depth) =>
        columns > 4 * Kernel.WideColumns && (long)rows * depth * Unsafe.SizeOf<T>() > InPlaceBytes;

    private bool PackB(int rows, int columns, int depth) =>
        rows > 2 * Kernel.Rows && (long)columns * depth * Unsafe.SizeOf<T>() > InPlaceBytes;
}
