using System.Runtime.InteropServices;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>What the kernels need to know about images and their windows; the fields of pooling.cu, in its order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct PoolingShape
{
    /// <summary>The shape for a batch of images, N x C x H x W.</summary>
    public PoolingShape(PoolingGeometry geometry, Shape images, bool isMean, bool countPadding)
    {
        (Planes, Height, Width) = (images[0] * images[1], images[2], images[3]);
        (ImageRows, ImageColumns) = (Height, Width);
        (OutputRows, OutputColumns) = geometry.Output(Height, Width);
        (WindowRows, RowsBefore, RowsAfter, RowStride) = (geometry.Rows.Size, geometry.Rows.Before, geometry.Rows.After, geometry.Rows.Stride);
        (WindowColumns, ColumnsBefore, ColumnsAfter, ColumnStride) =
            (geometry.Columns.Size, geometry.Columns.Before, geometry.Columns.After, geometry.Columns.Stride);
        IsMean = isMean ? 1 : 0;
        CountsPadding = countPadding ? 1 : 0;
    }

    public int Planes { get; }
    public int Height { get; }
    public int Width { get; }
    public Divisor ImageRows { get; }
    public Divisor ImageColumns { get; }
    public Divisor OutputRows { get; }
    public Divisor OutputColumns { get; }
    public int WindowRows { get; }
    public int RowsBefore { get; }
    public int RowsAfter { get; }
    public Divisor RowStride { get; }
    public int WindowColumns { get; }
    public int ColumnsBefore { get; }
    public int ColumnsAfter { get; }
    public Divisor ColumnStride { get; }
    public int IsMean { get; }
    public int CountsPadding { get; }
}
