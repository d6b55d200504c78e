using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Turns convolution into a matrix product ("im2col"; Chellapilla, Puri and Simard 2006). The matrix has a row for each
/// channel and tap, and a column for each output position: the input that this tap reads there, 0 in the padding.
/// </summary>
internal static class ImageColumns
{
    /// <summary>Writes the matrix for one image.</summary>
    /// <param name="image">Channels x rows x columns.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="height">The rows of a channel.</param>
    /// <param name="width">The columns of a channel.</param>
    /// <param name="geometry">Where the taps fall.</param>
    /// <param name="columns">(channels * taps) x (output rows * output columns).</param>
    public static void Gather<T>(ReadOnlySpan<T> image, int channels, int height, int width, ConvolutionGeometry geometry, Matrix<T> columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int outputRows, int outputColumns) = geometry.Output(height, width);
        for (int u = 0; u < geometry.Rows.Size; u++)
        {
            TapRange rows = new(geometry.FirstRow(u), geometry.Rows.Stride, outputRows, height);
            for (int v = 0; v < geometry.Columns.Size; v++)
            {
                TapRange taps = new(geometry.FirstColumn(v), geometry.Columns.Stride, outputColumns, width);
                for (int c = 0; c < channels; c++)
                {
                    ReadOnlySpan<T> plane = image.Slice(c * height * width, height * width);
                    TapPlanes.Copy(plane, width, rows, taps, columns.Row(RowOf(c, u, v, geometry)), outputColumns);
                }
            }
        }
    }

    /// <summary>
    /// The adjoint of <see cref="Gather"/> ("col2im"): adds each element of the matrix to the input that it was read from.
    /// </summary>
    public static void ScatterAdd<T>(Matrix<T> columns, int channels, int height, int width, ConvolutionGeometry geometry, Span<T> image)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int outputRows, int outputColumns) = geometry.Output(height, width);
        for (int u = 0; u < geometry.Rows.Size; u++)
        {
            TapRange rows = new(geometry.FirstRow(u), geometry.Rows.Stride, outputRows, height);
            for (int v = 0; v < geometry.Columns.Size; v++)
            {
                TapRange taps = new(geometry.FirstColumn(v), geometry.Columns.Stride, outputColumns, width);
                for (int c = 0; c < channels; c++)
                {
                    Span<T> plane = image.Slice(c * height * width, height * width);
                    TapPlanes.AddBack(columns.Row(RowOf(c, u, v, geometry)), outputColumns, rows, taps, plane, width);
                }
            }
        }
    }

    private static int RowOf(int channel, int u, int v, ConvolutionGeometry geometry) =>
        (channel * geometry.Rows.Size + u) * geometry.Columns.Size + v;
}
