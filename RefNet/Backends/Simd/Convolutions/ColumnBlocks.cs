using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>A contiguous part of the positions of an output: whole rows, or a part of one row.</summary>
internal readonly record struct OutputBlock(int FirstRow, int Rows, int FirstColumn, int Columns)
{
    /// <summary>The number of positions.</summary>
    public int Positions => Rows * Columns;
}

/// <summary>
/// How the matrix of columns of a batch is divided into blocks that stay in the second-level cache while they are
/// written and multiplied. A block belongs to one group of channels; it covers some positions of one image, or
/// several whole images where these are small.
/// </summary>
/// <remarks>The blocks depend only on the shapes.</remarks>
internal readonly struct ColumnBlocks
{
    // Enough columns to keep the registers of a product busy.
    private const int WantedColumns = 256;

    // This many elements stay in the second-level cache. With many channels a block may be larger, to reach WantedColumns.
    private const int CacheElements = 128 * 1024;

    private readonly int batch;
    private readonly int rows;
    private readonly int columns;
    private readonly int imagesPerBlock;
    private readonly int rowsPerBlock;
    private readonly int columnsPerBlock;

    private ColumnBlocks(int batch, int rows, int columns, int wanted)
    {
        (this.batch, this.rows, this.columns) = (batch, rows, columns);
        imagesPerBlock = EqualShares(batch, Parts(WantedColumns, rows * columns));
        rowsPerBlock = EqualShares(rows, Math.Max(1, wanted / columns));
        columnsPerBlock = EqualShares(columns, wanted);
    }

    /// <summary>The number of blocks of images.</summary>
    public int ImageBlocks => Parts(batch, imagesPerBlock);

    /// <summary>The number of blocks of positions in an image, or in each block of images.</summary>
    public int OutputBlocks => Parts(rows, rowsPerBlock) * Parts(columns, columnsPerBlock);

    /// <summary>The number of all blocks of one group of channels.</summary>
    public int Count => ImageBlocks * OutputBlocks;

    /// <summary>The largest number of columns of a block.</summary>
    public int MaxColumns => imagesPerBlock * rowsPerBlock * columnsPerBlock;

    /// <summary>Divides the columns of a batch.</summary>
    /// <param name="y">The shape of the output: N x F x H' x W'.</param>
    /// <param name="columnRows">The number of rows of the columns of one group: its channels times the taps.</param>
    public static ColumnBlocks Of(Shape y, int columnRows) =>
        new(y[0], y[2], y[3], Math.Max(WantedColumns, CacheElements / columnRows));

    /// <summary>The images of a block of images.</summary>
    public (int First, int Count) Images(int block) => (block * imagesPerBlock, Math.Min(imagesPerBlock, batch - block * imagesPerBlock));

    /// <summary>The positions of a block of an output.</summary>
    public OutputBlock Output(int block)
    {
        (int down, int right) = Math.DivRem(block, Parts(columns, columnsPerBlock));
        (int row, int column) = (down * rowsPerBlock, right * columnsPerBlock);
        return new OutputBlock(row, Math.Min(rowsPerBlock, rows - row), column, Math.Min(columnsPerBlock, columns - column));
    }

    private static int Parts(int count, int each) => (count + each - 1) / each;

    // The size of parts that are as equal as possible and no larger than wanted, so that threads share the work evenly.
    private static int EqualShares(int count, int wanted) => Parts(count, Parts(count, wanted));
}
