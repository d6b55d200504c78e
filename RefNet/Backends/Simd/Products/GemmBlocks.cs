using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// A rectangle of C = alpha A B + beta C on one thread: cut into blocks that fit the caches, and the blocks into tiles
/// for the kernel. A block of A (up to 240 rows of 512 products) stays in the second-level cache while strips of B, as
/// wide as the kernel, pass over it; a strip of B stays in the first while all rows of A pass over it.
/// </summary>
internal unsafe ref struct GemmBlocks<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The length of the sums that are held in registers. It decides the order of additions, and so the bits, whatever the
    // number of threads. (Dot products add in as many lanes as a register has: other registers, other bits.)
    private const int MaxInner = 512;
    private const int MaxRows = 240; // whole tiles of 6 and of 8 rows
    private const int MaxStrip = 64;
    private const int MaxTileRows = 8;

    // Operands up to this size are read where they are: they fit into the first-level cache anyway.
    private const int InPlaceBytes = 32 * 1024;

    [ThreadStatic]
    private static AlignedMemory<T>? scratchOfThisThread;

    private readonly GemmProduct<T> product;
    private readonly GemmKernel<T> kernel;
    private readonly int columnStart;
    private readonly int columnEnd;
    private readonly T* packedA;
    private readonly T* packedB;
    private readonly T* edge;
    private GemmTile<T> tile;

    private GemmBlocks(GemmProduct<T> product, int columnStart, int columnEnd, T* scratch)
    {
        this.product = product;
        kernel = product.Kernel;
        (this.columnStart, this.columnEnd) = (columnStart, columnEnd);
        packedA = scratch;
        packedB = packedA + MaxRows * MaxInner;
        edge = packedB + MaxInner * MaxStrip;
        tile.Alpha = product.Alpha;
    }

    /// <summary>Computes rows rowStart to rowEnd - 1 and columns columnStart to columnEnd - 1 of C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(GemmProduct<T> product, int rowStart, int rowEnd, int columnStart, int columnEnd)
    {
        scratchOfThisThread ??= new AlignedMemory<T>(MaxRows * MaxInner + MaxInner * MaxStrip + MaxTileRows * MaxStrip);
        fixed (T* scratch = scratchOfThisThread.Span)
        {
            GemmBlocks<T> blocks = new(product, columnStart, columnEnd, scratch);
            int k = GemmDots<T>.Multiply(product, rowStart, rowEnd, columnStart, columnEnd, blocks.edge);
            T beta = k == 0 ? product.Beta : T.One;
            int blockCount = Math.Max(k == 0 ? 1 : 0, (product.Inner - k + MaxInner - 1) / MaxInner); // an empty sum still sets C = beta C
            for (int left = blockCount; left > 0; left--)
            {
                blocks.tile.Inner = (product.Inner - k) / left;
                blocks.tile.Beta = beta;
                for (int row = rowStart; row < rowEnd; row += MaxRows)
                    blocks.MultiplyRows(row, Math.Min(MaxRows, rowEnd - row), k);
                k += blocks.tile.Inner;
                beta = T.One;
            }
        }
    }

    // Adds tile.Inner products from k on to some rows of C.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyRows(int firstRow, int rows, int k)
    {
        bool packA = columnEnd - columnStart > 4 * kernel.WideColumns && IsLarge(rows);
        bool packB = rows > 2 * kernel.Rows && IsLarge(columnEnd - columnStart);
        if (packA)
            PackA(firstRow, rows, k);

        int column = columnStart;
        while (column < columnEnd)
        {
            int left = columnEnd - column;
            bool wide = left > kernel.WideColumns - kernel.NarrowColumns && columnEnd - columnStart >= kernel.WideColumns;
            int width = wide ? kernel.WideColumns : kernel.NarrowColumns;
            // A last strip that is not full moves to the left until it is; what it computes again it does not write.
            int skip = Math.Min(Math.Max(0, width - left), column - columnStart);
            int used = Math.Min(width, skip + left);
            tile.Skip = T.CreateTruncating(skip);

            int first = column - skip;
            Strided<T> b = product.B;
            if (b.ColumnStride == 1 && used == width && !packB)
            {
                tile.B = b.At(k, first);
                tile.BStep = b.RowStride;
            }
            else
            {
                GemmPacking.Pack(b.At(k, first), b.RowStride, b.ColumnStride, tile.Inner, used, packedB, width);
                tile.B = packedB;
                tile.BStep = width;
            }

            MultiplyStrip(firstRow, rows, k, first, used, wide, packA, skip);
            column += left < width ? left : width;
        }
    }

    private void PackA(int firstRow, int rows, int k)
    {
        Strided<T> a = product.A;
        for (int i = 0; i < rows; i += kernel.Rows)
            GemmPacking.Pack(a.At(firstRow + i, k), a.ColumnStride, a.RowStride, tile.Inner, Math.Min(kernel.Rows, rows - i), packedA + i * tile.Inner, kernel.Rows);
    }

    // Tiles of one strip of columns, from top to bottom.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyStrip(int firstRow, int rows, int k, int firstColumn, int used, bool wide, bool packA, int skip)
    {
        Strided<T> a = product.A, c = product.C;
        tile.ARowStride = packA ? 1 : a.RowStride;
        tile.AStep = packA ? kernel.Rows : a.ColumnStride;
        bool direct = c.ColumnStride == 1 && used == (wide ? kernel.WideColumns : kernel.NarrowColumns);

        for (int i = 0; i < rows; i += kernel.Rows)
        {
            tile.Rows = Math.Min(kernel.Rows, rows - i);
            tile.A = packA ? packedA + i * tile.Inner : a.At(firstRow + i, k);
            tile.C = c.At(firstRow + i, firstColumn);
            tile.CRowStride = c.RowStride;
            if (direct)
                kernel.Multiply(tile, wide);
            else
                MultiplyEdge(used, wide, skip);
        }
    }

    // A tile that C does not have in full, or whose rows have gaps: the kernel works on a copy.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyEdge(int used, bool wide, int skip)
    {
        Strided<T> whole = new(tile.C, tile.CRowStride, product.C.ColumnStride);
        Strided<T> copy = new(edge, MaxStrip, 1);
        if (tile.Beta != T.Zero)
            Copy(whole, copy, tile.Rows, 0, used);
        tile.C = edge;
        tile.CRowStride = MaxStrip;
        kernel.Multiply(tile, wide);
        Copy(copy, whole, tile.Rows, skip, used);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(Strided<T> source, Strided<T> target, int rows, int firstColumn, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            if (source.ColumnStride == 1 && target.ColumnStride == 1)
            {
                new Span<T>(source.At(i, firstColumn), columns - firstColumn).CopyTo(new Span<T>(target.At(i, firstColumn), columns - firstColumn));
                continue;
            }

            for (int j = firstColumn; j < columns; j++)
                *target.At(i, j) = *source.At(i, j);
        }
    }

    private readonly bool IsLarge(int lanes) => (long)lanes * tile.Inner * Unsafe.SizeOf<T>() > InPlaceBytes;
}
