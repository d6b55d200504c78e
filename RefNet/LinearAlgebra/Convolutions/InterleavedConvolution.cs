using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Convolution of many small images at stride 1: as many images as a register has lanes are interleaved, so that each
/// lane holds another image. Then no lane is wasted however small the maps are, and no sum reads padding that a
/// convolution of single images would have to multiply by zero to fill its registers.
/// </summary>
/// <remarks>Element (c, row, column) of such a group of L images stands at ((c * rows + row) * columns + column) * L.</remarks>
internal sealed unsafe class InterleavedConvolution<T>(ConvolutionGeometry geometry, GemmKernel<T> kernel) : IConvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxDots = 64;

    private static readonly Window withoutPadding = new(1);

    private readonly int lanes = kernel.NarrowColumns;
    private OffsetList inputOffsets = null!;
    private OffsetList weightOffsets = null!;
    private (int Channels, int Height, int Width) planned;

    /// <summary>Whether the algorithm can compute convolutions of this geometry.</summary>
    public static bool Suits(ConvolutionGeometry geometry, int groups) => groups == 1 && geometry.Rows.Stride == 1 && geometry.Columns.Stride == 1;

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        Plan(x);
        using Scratch<T> scratch = Interleave(x, geometry.Rows, geometry.Columns);
        fixed (T* images = scratch.Span)
        {
            Work work = new(geometry, kernel, x, y) { Images = images, InputOffsets = inputOffsets, WeightOffsets = weightOffsets };
            ParallelLoop.For(work.Groups * y.Shape[2], (work, w, b), static (i, s) => s.work.ForwardRow(i / s.work.Rows, i % s.work.Rows, s.w, s.b));
        }
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        Plan(x);
        using Scratch<T> xScratch = Interleave(x, geometry.Rows, geometry.Columns);
        using Scratch<T> dyScratch = Interleave(dY, withoutPadding, withoutPadding);
        fixed (T* images = xScratch.Span, gradients = dyScratch.Span)
        {
            Work work = new(geometry, kernel, x, dY) { Images = images, Gradients = gradients, InputOffsets = inputOffsets, WeightOffsets = weightOffsets };
            ParallelLoop.Sum(work.Groups, dW.Span, work, static (group, sum, s) => s.AddWeightGradient(group, sum));
        }
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        using Scratch<T> scratch = Interleave(dY, withoutPadding, withoutPadding);
        fixed (T* gradients = scratch.Span)
        {
            Work work = new(geometry, kernel, dX, dY) { Gradients = gradients };
            ParallelLoop.For(work.Groups * dX.Shape[2], (work, w, dX), static (i, s) => s.work.InputGradientRow(i / s.dX.Shape[2], i % s.dX.Shape[2], s.w));
        }
    }

    private void Plan(Tensor<T> x)
    {
        if (planned == (x.Shape[1], x.Shape[2], x.Shape[3]))
            return;
        int channels = x.Shape[1], taps = geometry.Taps, columns = geometry.Columns.Size;
        (int rowsPadded, int columnsPadded) = (Padded(x.Shape[2], geometry.Rows), Padded(x.Shape[3], geometry.Columns));
        inputOffsets = new OffsetList(channels * taps);
        weightOffsets = new OffsetList(channels * taps);
        for (int k = 0; k < channels * taps; k++)
        {
            int row = geometry.FirstRow(k % taps / columns) + geometry.Rows.Before, column = geometry.FirstColumn(k % columns) + geometry.Columns.Before;
            inputOffsets[k] = ((nint)(k / taps * rowsPadded + row) * columnsPadded + column) * lanes;
            weightOffsets[k] = k;
        }

        planned = (channels, x.Shape[2], x.Shape[3]);
    }

    private static int Padded(int extent, Window window) => window.Before + extent + window.After;

    // All images, in groups of as many as there are lanes, with zeros around them and in lanes that have no image.
    private Scratch<T> Interleave(Tensor<T> images, Window down, Window right)
    {
        int channels = images.Shape[1], groups = (images.Shape[0] + lanes - 1) / lanes;
        int plane = Padded(images.Shape[2], down) * Padded(images.Shape[3], right) * lanes;
        Scratch<T> scratch = new(checked(groups * channels * plane));
        fixed (T* target = scratch.Span)
        {
            ParallelLoop.For(groups * channels, (self: this, images, down, right, (nint)target, plane), static (i, s) =>
            {
                T* planes = (T*)s.Item5 + (nint)i * s.plane;
                int channels = s.images.Shape[1], first = i / channels * s.self.lanes, count = Math.Min(s.self.lanes, s.images.Shape[0] - first);
                (int height, int width) = (s.images.Shape[2], s.images.Shape[3]);
                if (s.down.Before + s.down.After + s.right.Before + s.right.After > 0 || count < s.self.lanes)
                    new Span<T>(planes, s.plane).Clear();
                fixed (T* channel = s.images.Plane(first, i % channels))
                {
                    int pitch = Padded(width, s.right) * s.self.lanes;
                    T* inside = planes + s.down.Before * pitch + s.right.Before * s.self.lanes;
                    for (int row = 0; row < height; row++)
                        Transposition.Copy(channel + row * width, (nint)channels * height * width, count, width, inside + row * pitch, s.self.lanes, T.Zero);
                }
            });
        }

        return scratch;
    }

    // The products of one layer on their way.
    private struct Work(ConvolutionGeometry geometry, GemmKernel<T> kernel, Tensor<T> x, Tensor<T> y)
    {
        public T* Images;
        public T* Gradients;
        public OffsetList InputOffsets = null!;
        public OffsetList WeightOffsets = null!;

        private readonly int lanes = kernel.NarrowColumns;

        public readonly int Groups => (y.Shape[0] + lanes - 1) / lanes;

        public readonly int Rows => y.Shape[2];

        private readonly int Columns => y.Shape[3];

        // The distance from one row of the padded input to the next, and the size of all its channels.
        private readonly nint InputRow => Padded(x.Shape[3], geometry.Columns) * lanes;

        private readonly nint InputGroup => InputRow * Padded(x.Shape[2], geometry.Rows) * x.Shape[1];

        // The size of an output map.
        private readonly nint Map => (nint)Rows * Columns * lanes;

        // One row of the output of all maps: strips of some positions, each a register of images, and in them tiles of maps.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void ForwardRow(int group, int row, Tensor<T> w, Tensor<T>? b)
        {
            int maps = y.Shape[1];
            using Scratch<T> scratch = new(maps * Columns * lanes);
            fixed (T* results = scratch.Span, weights = w.Span)
            {
                GemmTile<T> tile = default;
                tile.Alpha = T.One;
                tile.Inner = InputOffsets.Length;
                tile.AOffsets = WeightOffsets.Pointer;
                tile.BOffsets = InputOffsets.Pointer;
                tile.ARowStride = tile.Inner;
                tile.CRowStride = Columns * lanes;
                T* inputs = Images + group * InputGroup + row * InputRow;
                MultiplyStrips(ref tile, maps, Columns, weights, inputs, results); // Y = W X
                for (int map = 0; map < maps; map++)
                    Deliver(results + map * tile.CRowStride, y, group, map, row, b is null ? T.Zero : b[map]);
            }
        }

        // One row of the input gradient of all channels: each tap adds what a row of dY contributes.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void InputGradientRow(int group, int row, Tensor<T> w)
        {
            (int channels, int width, int taps) = (x.Shape[1], x.Shape[3], geometry.Taps);
            using Scratch<T> scratch = new(channels * width * lanes);
            scratch.Span.Clear();
            fixed (T* results = scratch.Span, weights = w.Span)
            {
                GemmTile<T> tile = default;
                tile.Alpha = T.One;
                tile.Beta = T.One;
                tile.Inner = y.Shape[1];
                tile.ARowStride = taps;
                tile.AStep = channels * taps;
                tile.BStep = Map;
                tile.CRowStride = width * lanes;
                for (int tap = 0; tap < taps; tap++)
                {
                    int outputRow = row - geometry.FirstRow(tap / geometry.Columns.Size), shift = geometry.FirstColumn(tap % geometry.Columns.Size);
                    int first = Math.Max(0, -shift), end = Math.Min(Columns, width - shift); // the outputs whose tap lies in the image
                    if (outputRow < 0 || outputRow >= Rows)
                        continue;
                    T* gradients = Gradients + group * y.Shape[1] * Map + (outputRow * Columns + first) * lanes;
                    MultiplyStrips(ref tile, channels, end - first, weights + tap, gradients, results + (first + shift) * lanes); // dX += Wᵀ dY
                }

                for (int channel = 0; channel < channels; channel++)
                    Deliver(results + channel * tile.CRowStride, x, group, channel, row, T.Zero);
            }
        }

        // Dot products along the rows of the output, of all images of a group at once.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void AddWeightGradient(int group, Span<T> dW)
        {
            T* sums = stackalloc T[MaxDots];
            GemmTile<T> tile = default;
            tile.Inner = Columns * lanes;
            tile.Segments = Rows;
            tile.ASegment = tile.Inner;
            tile.BSegment = InputRow;
            tile.ARowStride = Map;
            tile.B = Images + group * InputGroup;
            tile.C = sums;
            int inner = InputOffsets.Length, maps = y.Shape[1];
            for (int map = 0; map < maps; map += kernel.Rows)
            {
                tile.Rows = Math.Min(kernel.Rows, maps - map);
                tile.A = Gradients + (group * maps + map) * Map;
                for (int k = 0; k < inner; k += kernel.DotColumns)
                {
                    int count = Math.Min(kernel.DotColumns, inner - k);
                    tile.BOffsets = InputOffsets.Pointer + k;
                    kernel.MultiplyDot(tile, count); // dW += dY Xᵀ
                    for (int i = 0; i < tile.Rows; i++)
                    {
                        for (int j = 0; j < count; j++)
                            dW[(map + i) * inner + k + j] += sums[i * kernel.DotColumns + j];
                    }
                }
            }
        }

        private readonly void MultiplyStrips(ref GemmTile<T> tile, int rows, int positions, T* a, T* b, T* c)
        {
            int wideStrip = kernel.WideColumns / lanes;
            for (int position = 0; position < positions;)
            {
                bool wide = positions - position >= wideStrip;
                tile.B = b + position * lanes;
                tile.A = a;
                tile.C = c + position * lanes;
                kernel.MultiplyStrip(tile, rows, wide);
                position += wide ? wideStrip : 1;
            }
        }

        // Gives each image of a group its row of one channel.
        private readonly void Deliver(T* results, Tensor<T> images, int group, int channel, int row, T addend)
        {
            int first = group * lanes, count = Math.Min(lanes, images.Shape[0] - first), width = images.Shape[3];
            fixed (T* target = images.Plane(first, channel))
                Transposition.Copy(results, lanes, width, count, target + row * width, (nint)images.Shape[1] * images.Shape[2] * width, addend);
        }
    }
}
