using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution of many small images at stride 1: one image per lane of a register, interleaved in memory
/// (<see cref="InterleavedPlane"/>). No lane is wasted however small the maps are, and no sum includes the padding
/// that a convolution of single images multiplies by zero to fill its registers.
/// </summary>
internal sealed unsafe partial class InterleavedConvolution<T>(ConvolutionGeometry geometry, GemmKernel<T> kernel) : IConvolutionAlgorithm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Interleaved images of this many elements, over all channels, stay in the second-level cache.
    private const int MaxElements = 128 * 1024;

    private readonly int lanes = kernel.NarrowColumns;
    private InterleavedPlane input;
    private InterleavedPlane output;

    // The offset at which each tap of each channel reads, and that of its weight.
    private OffsetList inputOffsets = null!;
    private OffsetList weightOffsets = null!;
    private (int Channels, int Height, int Width) planned;

    /// <summary>Whether the algorithm supports convolutions of this geometry.</summary>
    public static bool Suits(ConvolutionGeometry geometry, int groups) => groups == 1 && geometry.Rows.Stride == 1 && geometry.Columns.Stride == 1;

    /// <inheritdoc/>
    public string Name => "interleaved";

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        Plan(x, y);
        using Scratch<T> scratch = Interleave(x, input);
        fixed (T* images = scratch.Span)
        {
            ParallelLoop.For(input.Groups(x.Shape[0]) * output.Rows, (self: this, images: (nint)images, w, b, y), static (i, s) =>
                s.self.ForwardRow((T*)s.images, i / s.self.output.Rows, i % s.self.output.Rows, s.w, s.b, s.y));
        }
    }

    /// <inheritdoc/>
    public ConvolutionSteps CountSteps(ConvolutionProduct product, Shape x, Shape y)
    {
        double inputs = (double)x[1] * x[2] * x[3], outputs = (double)y[1] * y[2] * y[3], weights = (double)x[1] * y[1] * geometry.Taps;
        if ((inputs + outputs) * lanes > MaxElements)
            return ConvolutionSteps.TooMuch;
        double groups = (x[0] + lanes - 1) / lanes / (double)x[0], filled = groups * lanes; // counts lanes without an image too
        return new ConvolutionSteps(weights * y[2] * y[3] * groups, inputs * filled, outputs * filled, product == ConvolutionProduct.WeightGradient ? weights * groups : 0);
    }

    private void Plan(Tensor<T> x, Tensor<T> y)
    {
        if (planned == (x.Shape[1], x.Shape[2], x.Shape[3]))
            return;
        planned = (x.Shape[1], x.Shape[2], x.Shape[3]);
        input = new(lanes, Padded(x.Shape[2], geometry.Rows), Padded(x.Shape[3], geometry.Columns), geometry.Rows.Before, geometry.Columns.Before);
        output = new(lanes, y.Shape[2], y.Shape[3]);
        int taps = geometry.Taps;
        inputOffsets = new OffsetList(x.Shape[1] * taps);
        weightOffsets = OffsetList.Consecutive(x.Shape[1] * taps);
        for (int k = 0; k < inputOffsets.Length; k++)
        {
            int row = geometry.FirstRow(k % taps / geometry.Columns.Size) + input.Above, column = geometry.FirstColumn(k % geometry.Columns.Size) + input.Left;
            inputOffsets[k] = k / taps * input.Size + row * input.RowSize + column * lanes;
        }
    }

    private static int Padded(int extent, Window window) => window.Before + extent + window.After;

    // Interleaves all images, one group after another.
    private static Scratch<T> Interleave(Tensor<T> images, InterleavedPlane plane)
    {
        int planes = plane.Groups(images.Shape[0]) * images.Shape[1];
        Scratch<T> scratch = new(checked(planes * plane.Size));
        fixed (T* target = scratch.Span)
        {
            ParallelLoop.For(planes, (images, plane, target: (nint)target), static (i, s) =>
                s.plane.Read(s.images, i / s.images.Shape[1], i % s.images.Shape[1], (T*)s.target + (nint)i * s.plane.Size));
        }

        return scratch;
    }

    // One row of the output of all maps: Y = W X + b.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardRow(T* images, int group, int row, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        (int channels, int maps) = (w.Shape[1], w.Shape[0]);
        using Scratch<T> scratch = new(maps * output.RowSize);
        fixed (T* results = scratch.Span, weights = w.Values)
        {
            GemmTile<T> tile = default;
            (tile.Alpha, tile.IsNear) = (T.One, true);
            tile.Inner = inputOffsets.Length;
            tile.AOffsets = weightOffsets.Pointer;
            tile.BOffsets = inputOffsets.Pointer;
            tile.ARowStride = tile.Inner;
            tile.CRowStride = output.RowSize;
            tile.A = weights;
            tile.B = images + (nint)group * channels * input.Size + row * input.RowSize;
            tile.C = results;
            kernel.MultiplyStrips(ref tile, maps, output.RowSize);
            for (int map = 0; map < maps; map++)
                output.WriteRow(results + map * output.RowSize, y, group, map, row, b is null ? T.Zero : b[map]);
        }
    }
}
