using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// A rectangle of C = alpha A B + beta C on one thread: divided into blocks that fit the caches, and the blocks into
/// tiles for the kernel. A panel of B and a block of A stay in the second-level cache; a strip of the panel, as wide
/// as the kernel, stays in the first while all rows of the block use it.
/// </summary>
internal unsafe ref struct GemmBlocks<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxRows = 1920;     // of A, copied at a time: whole blocks
    private const int BlockRows = 120;    // whole tiles of 6 and of 8 rows
    private const int PanelColumns = 240; // whole strips of 16 and of 48 columns
    private const int MaxStrip = 64;
    private const int MaxTileRows = 8;

    // Operands up to this size are read in place: they fit into the first-level cache anyway.
    private const int InPlaceBytes = 32 * 1024;

    // An operand used by at most this many tiles or strips is read in place too: copying it would take longer than it saves.
    private const int InPlaceUses = 16;

    // Rows of B whose distance is a multiple of a page compete for the same lines of the first-level cache, so fewer uses pay for a copy.
    private const int PageBytes = 4096;
    private const int InPlaceUsesOfPages = 2;

    [ThreadStatic]
    private static AlignedMemory<T>? scratchOfThisThread;

    private readonly GemmProduct<T> product;
    private readonly GemmKernel<T> kernel;
    private readonly int columnStart;
    private readonly int columnEnd;
    private readonly T* edge;
    private readonly T* packedB;
    private readonly T* packedA;
    private GemmTile<T> tile;

    // The sums being added now, from the k-th product on, and whether their operands are copied or read in place.
    private int k;
    private bool packA;
    private bool packB;

    private GemmBlocks(GemmProduct<T> product, int columnStart, int columnEnd, T* scratch)
    {
        this.product = product;
        kernel = product.Kernel;
        (this.columnStart, this.columnEnd) = (columnStart, columnEnd);
        edge = scratch;
        packedB = edge + MaxTileRows * MaxStrip;
        packedA = packedB + kernel.MaxInner * (PanelColumns + MaxStrip);
        tile.Alpha = product.Alpha;
    }

    // The columns of one strip. A last strip that is not full moves to the left until it is: of the Used columns from
    // First on, it computes the first Skip again without writing them.
    private readonly record struct Strip(int First, int Used, int Skip, bool Wide, int Width)
    {
        public int End => First + Used;
    }

    /// <summary>Computes rows rowStart to rowEnd - 1 and columns columnStart to columnEnd - 1 of C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(GemmProduct<T> product, int rowStart, int rowEnd, int columnStart, int columnEnd)
    {
        int maxInner = product.Kernel.MaxInner;
        int length = MaxTileRows * MaxStrip + maxInner * (PanelColumns + MaxStrip + Math.Min(MaxRows, rowEnd - rowStart + MaxTileRows));
        if (scratchOfThisThread is null || scratchOfThisThread.Length < length)
            scratchOfThisThread = new AlignedMemory<T>(length);
        fixed (T* scratch = scratchOfThisThread.Span)
        {
            GemmBlocks<T> blocks = new(product, columnStart, columnEnd, scratch);
            int k = GemmDots<T>.Multiply(product, rowStart, rowEnd, columnStart, columnEnd, blocks.edge);
            T beta = k == 0 ? product.Beta : T.One;
            int blockCount = Math.Max(k == 0 ? 1 : 0, (product.Inner - k + maxInner - 1) / maxInner); // an empty sum still sets C = beta C
            for (int left = blockCount; left > 0; left--)
            {
                blocks.tile.Inner = (product.Inner - k) / left;
                blocks.tile.Beta = beta;
                blocks.k = k;
                for (int row = rowStart; row < rowEnd; row += MaxRows)
                    blocks.MultiplyRows(row, Math.Min(MaxRows, rowEnd - row));
                k += blocks.tile.Inner;
                beta = T.One;
            }
        }
    }

    // Adds tile.Inner products from k on to some rows of C.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyRows(int firstRow, int rows)
    {
        bool meets = product.B.RowStride * Unsafe.SizeOf<T>() % PageBytes == 0;
        packA = columnEnd - columnStart > InPlaceUses * kernel.WideColumns && IsLarge(rows);
        packB = rows > (meets ? InPlaceUsesOfPages : InPlaceUses) * kernel.Rows && IsLarge(columnEnd - columnStart);
        if (packA)
            PackA(firstRow, rows);

        int panelEnd;
        for (int column = columnStart; column < columnEnd; column = panelEnd)
        {
            panelEnd = PackPanel(column);
            for (int row = 0; row < rows; row += BlockRows)
                MultiplyBlock(firstRow, row, Math.Min(BlockRows, rows - row), column, panelEnd);
        }
    }

    private void PackA(int firstRow, int rows)
    {
        Strided<T> a = product.A;
        for (int i = 0; i < rows; i += kernel.Rows)
            GemmPacking.Pack(a.At(firstRow + i, k), a.ColumnStride, a.RowStride, tile.Inner, Math.Min(kernel.Rows, rows - i), packedA + i * tile.Inner, kernel.Rows);
    }

    // Copies the strips of a panel that are not read in place; returns the column after the panel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int PackPanel(int firstColumn)
    {
        Strided<T> b = product.B;
        T* packed = packedB;
        int column = firstColumn;
        if (packB && b.ColumnStride == 1)
        {
            int whole = Math.Min(PanelColumns, columnEnd - column) / kernel.WideColumns;
            GemmPacking.PackStrips(b.At(k, column), b.RowStride, tile.Inner, whole, packed, kernel.WideColumns);
            packed += tile.Inner * whole * kernel.WideColumns;
            column += whole * kernel.WideColumns;
        }

        while (column < columnEnd && column - firstColumn < PanelColumns)
        {
            Strip strip = StripAt(column);
            if (IsPacked(strip))
                GemmPacking.Pack(b.At(k, strip.First), b.RowStride, b.ColumnStride, tile.Inner, strip.Used, packed, strip.Width);
            packed += tile.Inner * strip.Width;
            column = strip.End;
        }

        return column;
    }

    // Multiplies a block of rows by the strips of a panel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyBlock(int firstRow, int row, int rows, int column, int panelEnd)
    {
        Strided<T> a = product.A, b = product.B;
        tile.ARowStride = packA ? 1 : a.RowStride;
        tile.AStep = packA ? kernel.Rows : a.ColumnStride;
        T* firstA = packA ? packedA + row * tile.Inner : a.At(firstRow + row, k);
        nint nextTile = packA ? kernel.Rows * tile.Inner : kernel.Rows * a.RowStride;
        T* packed = packedB;
        while (column < panelEnd)
        {
            Strip strip = StripAt(column);
            bool isPacked = IsPacked(strip);
            tile.B = isPacked ? packed : b.At(k, strip.First);
            tile.BStep = isPacked ? strip.Width : b.RowStride;
            tile.Skip = T.CreateTruncating(strip.Skip);
            MultiplyStrip(firstA, nextTile, firstRow + row, rows, strip);
            packed += tile.Inner * strip.Width;
            column = strip.End;
        }
    }

    private readonly Strip StripAt(int column)
    {
        int left = columnEnd - column;
        bool wide = left > kernel.WideColumns - kernel.NarrowColumns && columnEnd - columnStart >= kernel.WideColumns;
        int width = wide ? kernel.WideColumns : kernel.NarrowColumns;
        int skip = Math.Min(Math.Max(0, width - left), column - columnStart);
        return new Strip(column - skip, Math.Min(width, skip + left), skip, wide, width);
    }

    private readonly bool IsPacked(Strip strip) => packB || product.B.ColumnStride != 1 || strip.Used != strip.Width;

    // Tiles of one strip of columns, from top to bottom.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyStrip(T* a, nint nextTile, int firstRow, int rows, Strip strip)
    {
        Strided<T> c = product.C;
        bool direct = c.ColumnStride == 1 && strip.Used == strip.Width;
        tile.CRowStride = c.RowStride;
        for (int i = 0; i < rows; i += kernel.Rows, a += nextTile)
        {
            tile.Rows = Math.Min(kernel.Rows, rows - i);
            tile.A = a;
            tile.C = c.At(firstRow + i, strip.First);
            if (direct)
                kernel.Multiply(tile, strip.Wide);
            else
                MultiplyEdge(strip);
        }
    }

    // A tile that is only partly inside C, or whose columns are not contiguous: the kernel works on a copy.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyEdge(Strip strip)
    {
        Strided<T> whole = new(tile.C, tile.CRowStride, product.C.ColumnStride);
        Strided<T> copy = new(edge, MaxStrip, 1);
        if (tile.Beta != T.Zero)
            Copy(whole, copy, tile.Rows, 0, strip.Used);
        tile.C = edge;
        tile.CRowStride = MaxStrip;
        kernel.Multiply(tile, strip.Wide);
        tile.CRowStride = product.C.RowStride;
        Copy(copy, whole, tile.Rows, strip.Skip, strip.Used);
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
