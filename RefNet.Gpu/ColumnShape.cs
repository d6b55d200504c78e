using System.Runtime.InteropServices;
using RefNet.Geometry;

namespace RefNet.Gpu;

/// <summary>What the kernels have to know of images and their columns; the fields of columns.cu, in its order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ColumnShape
{
    /// <summary>The shape for some images under a convolution.</summary>
    public ColumnShape(ConvolutionGeometry geometry, int images, int channels, int height, int width, int outputs)
    {
        (Images, Channels, Height, Width) = (images, channels, height, width);
        Outputs = outputs;
        (OutputRows, OutputColumns) = geometry.Output(height, width);
        (KernelRows, KernelColumns) = (geometry.Rows.Size, geometry.Columns.Size);
        FirstRow = geometry.FirstRow(0);
        RowStep = KernelRows > 1 ? geometry.FirstRow(1) - FirstRow : 0;
        RowStride = geometry.Rows.Stride;
        FirstColumn = geometry.FirstColumn(0);
        ColumnStep = KernelColumns > 1 ? geometry.FirstColumn(1) - FirstColumn : 0;
        ColumnStride = geometry.Columns.Stride;
    }

    public int Images { get; init; }
    public int Channels { get; }
    public int Height { get; }
    public int Width { get; }
    public int Outputs { get; }
    public int OutputRows { get; }
    public int OutputColumns { get; }
    public int KernelRows { get; }
    public int KernelColumns { get; }
    public int FirstRow { get; }
    public int RowStep { get; }
    public int RowStride { get; }
    public int FirstColumn { get; }
    public int ColumnStep { get; }
    public int ColumnStride { get; }

    /// <summary>The elements of one image.</summary>
    public long ImageElements => (long)Channels * Height * Width;

    /// <summary>The rows of the columns of one image: channels times taps.</summary>
    public int Rows => Channels * KernelRows * KernelColumns;

    /// <summary>The columns of one image: its output positions.</summary>
    public int Positions => OutputRows * OutputColumns;

    /// <summary>Whether the columns of an image are the image itself: one tap, which reads each position once.</summary>
    public bool IsImage => (KernelRows, KernelColumns, RowStride, ColumnStride, FirstRow, FirstColumn) == (1, 1, 1, 1, 0, 0)
        && (OutputRows, OutputColumns) == (Height, Width);

    /// <summary>The elements of the columns of one image.</summary>
    public long ColumnElements => (long)Rows * Positions;

    /// <summary>The elements of the maps, the outputs, of one image.</summary>
    public long MapElements => (long)Outputs * Positions;
}
