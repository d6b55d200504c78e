using System.Runtime.CompilerServices;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// dW += dY Xᵀ: dot products along the rows of the output, of all images of a group at once.
internal sealed unsafe partial class InterleavedConvolution<T>
{
    // Threads share the weights, not the images, so there is work for all of them even with few groups; one thread
    // sums each weight. A share is a tile of maps times this many tiles of taps.
    private const int TilesPerShare = 8;

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        Plan(x, dY);
        using Scratch<T> xScratch = Interleave(x, input);
        using Scratch<T> dyScratch = Interleave(dY, output);
        fixed (T* images = xScratch.Span, gradients = dyScratch.Span, weights = dW.Span)
        {
            int taps = TilesPerShare * kernel.DotColumns, shares = (inputOffsets.Length + taps - 1) / taps;
            ParallelLoop.For((dW.Shape[0] + kernel.Rows - 1) / kernel.Rows * shares, (self: this, images: (nint)images, gradients: (nint)gradients, weights: (nint)weights, x, dW.Shape, taps, shares, rows: kernel.Rows), static (i, s) =>
            {
                for (int group = 0; group < s.self.input.Groups(s.x.Shape[0]); group++)
                    s.self.AddDots((T*)s.images, (T*)s.gradients, group, i / s.shares * s.rows, i % s.shares * s.taps, s.taps, s.Shape, (T*)s.weights);
            });
        }
    }

    // Adds the contribution of a group of images to the weights of a tile of maps and some taps.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddDots(T* images, T* gradients, int group, int map, int firstTap, int taps, Shape shape, T* weights)
    {
        (int maps, int channels, int inner) = (shape[0], shape[1], inputOffsets.Length);
        GemmTile<T> tile = default;
        tile.Inner = output.RowSize;
        tile.Segments = output.Rows;
        tile.ASegment = output.RowSize;
        tile.BSegment = input.RowSize;
        tile.ARowStride = output.Size;
        tile.Rows = Math.Min(kernel.Rows, maps - map);
        tile.A = gradients + ((nint)group * maps + map) * output.Size;
        tile.B = images + (nint)group * channels * input.Size;
        (int end, int dotColumns) = (Math.Min(inner, firstTap + taps), kernel.DotColumns);
        for (int k = firstTap; k < end; k += dotColumns)
        {
            int count = Math.Min(dotColumns, end - k);
            tile.BOffsets = inputOffsets.Pointer + k;
            kernel.AddDots(ref tile, count, weights + map * inner + k, inner);
        }
    }
}
