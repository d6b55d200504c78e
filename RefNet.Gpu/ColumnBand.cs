using System.Runtime.InteropServices;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>
/// Some output rows of some images, whose columns are written at a time: all rows of several images, or some rows of one. The
/// fields of convolution.cu, in its order.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ColumnBand
{
    /// <summary>A band.</summary>
    /// <param name="geometry">Where the taps fall.</param>
    /// <param name="image">C x H x W.</param>
    /// <param name="images">The number of images.</param>
    /// <param name="firstRow">The first output row.</param>
    /// <param name="rows">The number of output rows.</param>
    /// <param name="sideBySide">
    /// Whether the columns of all images form one matrix, taps x (images * positions); otherwise each image has its
    /// own, images x taps x positions. Taps are those of all channels.
    /// </param>
    public ColumnBand(ConvolutionGeometry geometry, Shape image, int images, int firstRow, int rows, bool sideBySide)
    {
        (Images, Channels, Height, Width) = (images, image[0], image[1], image[2]);
        (KernelRows, KernelColumns) = (geometry.Rows.Size, geometry.Columns.Size);
        int outputColumns = geometry.Output(image[1], image[2]).Columns, positions = rows * outputColumns;
        (OutputColumns, Positions) = (outputColumns, positions);
        (FirstOutputRow, OutputRows) = (firstRow, rows);
        FirstRow = geometry.FirstRow(0);
        RowStep = geometry.Rows.Size > 1 ? geometry.FirstRow(1) - FirstRow : 0;
        RowStride = geometry.Rows.Stride;
        FirstColumn = geometry.FirstColumn(0);
        ColumnStep = geometry.Columns.Size > 1 ? geometry.FirstColumn(1) - FirstColumn : 0;
        ColumnStride = geometry.Columns.Stride;
        (ImageStride, TapStride) = sideBySide ? (positions, images * positions) : (image[0] * geometry.Taps * positions, positions);
    }

    public Divisor Images { get; }
    public Divisor Channels { get; }
    public Divisor Height { get; }
    public Divisor Width { get; }
    public Divisor OutputColumns { get; }
    public Divisor Positions { get; }
    public int KernelRows { get; }
    public int KernelColumns { get; }
    public int FirstOutputRow { get; }
    public int OutputRows { get; }
    public int FirstRow { get; }
    public int RowStep { get; }
    public Divisor RowStride { get; }
    public int FirstColumn { get; }
    public int ColumnStep { get; }
    public Divisor ColumnStride { get; }
    public int ImageStride { get; }
    public int TapStride { get; }
}
