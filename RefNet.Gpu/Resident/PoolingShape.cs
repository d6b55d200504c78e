using System.Runtime.InteropServices;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Gpu.Resident;

/// <summary>What the kernels have to know of images and their windows; the fields of resident.cu, in its order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct PoolingShape
{
    /// <summary>The shape for a batch of images, N x C x H x W.</summary>
    public PoolingShape(PoolingGeometry geometry, bool countPadding, Shape images)
    {
        (Planes, Height, Width) = (images[0] * images[1], images[2], images[3]);
        (OutputRows, OutputColumns) = geometry.Output(Height, Width);
        (WindowRows, RowStride, RowsBefore, RowsAfter) = (geometry.Rows.Size, geometry.Rows.Stride, geometry.Rows.Before, geometry.Rows.After);
        (WindowColumns, ColumnStride, ColumnsBefore, ColumnsAfter) = (geometry.Columns.Size, geometry.Columns.Stride, geometry.Columns.Before, geometry.Columns.After);
        CountsPadding = countPadding ? 1 : 0;
    }

    public int Planes { get; }
    public int Height { get; }
    public int Width { get; }
    public int OutputRows { get; }
    public int OutputColumns { get; }
    public int WindowRows { get; }
    public int RowStride { get; }
    public int RowsBefore { get; }
    public int RowsAfter { get; }
    public int WindowColumns { get; }
    public int ColumnStride { get; }
    public int ColumnsBefore { get; }
    public int ColumnsAfter { get; }
    public int CountsPadding { get; }
}
