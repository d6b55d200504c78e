using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Turns convolution into a matrix product ("im2col"; Chellapilla, Puri and Simard 2006). The matrix has one row per
/// channel and tap, and one column per output position: the input that this tap reads there, 0 in the padding.
/// </summary>
internal static class ImageColumns
{
    /// <summary>Writes the matrix for one image.</summary>
    /// <param name="image">Channels x rows x columns.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="height">The rows of a channel.</param>
    /// <param name="width">The columns of a channel.</param>
    /// <param name="geometry">Where the taps fall.</param>
    /// <param name="columns">(channels * taps) x positions.</param>
    /// <param name="block">The output positions; all by default.</param>
    public static void Gather<T>(ReadOnlySpan<T> image, int channels, int height, int width, ConvolutionGeometry geometry, Matrix<T> columns, OutputBlock? block = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OutputBlock outputs = block ?? All(geometry, height, width);
        for (int u = 0; u < geometry.Rows.Size; u++)
        {
            TapRange rows = Rows(geometry, u, outputs, height);
            for (int v = 0; v < geometry.Columns.Size; v++)
            {
                TapRange taps = Columns(geometry, v, outputs, width);
                for (int c = 0; c < channels; c++)
                {
                    ReadOnlySpan<T> plane = image.Slice(c * height * width, height * width);
                    TapPlanes.Copy(plane, width, rows, taps, columns.Row(RowOf(c, u, v, geometry)), outputs.Columns);
                }
            }
        }
    }

    /// <summary>
    /// The adjoint of <see cref="Gather"/> ("col2im"): adds each element of the matrix to the input that it was read from.
    /// </summary>
    public static void ScatterAdd<T>(Matrix<T> columns, int channels, int height, int width, ConvolutionGeometry geometry, Span<T> image, OutputBlock? block = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OutputBlock outputs = block ?? All(geometry, height, width);
        for (int u = 0; u < geometry.Rows.Size; u++)
        {
            TapRange rows = Rows(geometry, u, outputs, height);
            for (int v = 0; v < geometry.Columns.Size; v++)
            {
                TapRange taps = Columns(geometry, v, outputs, width);
                for (int c = 0; c < channels; c++)
                {
                    Span<T> plane = image.Slice(c * height * width, height * width);
                    TapPlanes.AddBack(columns.Row(RowOf(c, u, v, geometry)), outputs.Columns, rows, taps, plane, width);
                }
            }
        }
    }

    private static OutputBlock All(ConvolutionGeometry geometry, int height, int width)
    {
        (int rows, int columns) = geometry.Output(height, width);
        return new OutputBlock(0, rows, 0, columns);
    }

    // What a tap reads along the rows, and along the columns, for a block of the output.
    private static TapRange Rows(ConvolutionGeometry geometry, int u, OutputBlock outputs, int height) =>
        new(geometry.FirstRow(u) + outputs.FirstRow * geometry.Rows.Stride, geometry.Rows.Stride, outputs.Rows, height);

    private static TapRange Columns(ConvolutionGeometry geometry, int v, OutputBlock outputs, int width) =>
        new(geometry.FirstColumn(v) + outputs.FirstColumn * geometry.Columns.Stride, geometry.Columns.Stride, outputs.Columns, width);

    private static int RowOf(int channel, int u, int v, ConvolutionGeometry geometry) =>
        (channel * geometry.Rows.Size + u) * geometry.Columns.Size + v;
}
