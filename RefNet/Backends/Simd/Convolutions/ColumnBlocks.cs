using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>Some of the positions of an output: whole rows of it, or a part of one row, so that they stand side by side.</summary>
internal readonly record struct OutputBlock(int FirstRow, int Rows, int FirstColumn, int Columns)
{
    /// <summary>How many positions there are.</summary>
    public int Positions => Rows * Columns;
}

/// <summary>
/// How the matrix of columns of a batch is cut into blocks that stay in the second-level cache while they are written and
/// multiplied. A block belongs to one group of channels; it has some positions of one image, or several whole images where
/// these are small.
/// </summary>
/// <remarks>The cut depends on the shapes alone.</remarks>
internal readonly struct ColumnBlocks
{
    // As many columns as fill the registers of a product well.
    private const int WantedColumns = 256;

    // So many elements stay in the second-level cache. With more channels a block is larger, so as to have the columns it wants.
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

    /// <summary>How many blocks of images there are.</summary>
    public int ImageBlocks => Parts(batch, imagesPerBlock);

    /// <summary>How many blocks of positions there are in an image, or in each of several.</summary>
    public int OutputBlocks => Parts(rows, rowsPerBlock) * Parts(columns, columnsPerBlock);

    /// <summary>The most columns that a block has.</summary>
    public int MaxColumns => imagesPerBlock * rowsPerBlock * columnsPerBlock;

    /// <summary>Cuts the columns of a batch.</summary>
    /// <param name="y">The shape of the output: N x F x H' x W'.</param>
    /// <param name="columnRows">How many rows the columns of one group have: its channels times the taps.</param>
    public static ColumnBlocks Of(Shape y, int columnRows) =>
        new(y[0], y[2], y[3], Math.Max(WantedColumns, CacheElements / columnRows));

    /// <summary>Which images one of the blocks of images has.</summary>
    public (int First, int Count) Images(int block) => (block * imagesPerBlock, Math.Min(imagesPerBlock, batch - block * imagesPerBlock));

    /// <summary>Which positions one of the blocks of an output has.</summary>
    public OutputBlock Output(int block)
    {
        (int down, int right) = Math.DivRem(block, Parts(columns, columnsPerBlock));
        (int row, int column) = (down * rowsPerBlock, right * columnsPerBlock);
        return new OutputBlock(row, Math.Min(rowsPerBlock, rows - row), column, Math.Min(columnsPerBlock, columns - column));
    }

    private static int Parts(int count, int each) => (count + each - 1) / each;

    // So many in each part that parts are equal, as far as that can be, and have no more than wanted: threads share them.
    private static int EqualShares(int count, int wanted) => Parts(count, Parts(count, wanted));
}
