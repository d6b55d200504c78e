using System.Runtime.CompilerServices;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// dW += Gᵀ Σ (A dy) ⊙ (Bᵀ d): dot products over all tiles of a group of images, for each point.
internal sealed unsafe partial class RowWinogradConvolution<T>
{
    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        Plan(x, dY);
        int pitch = KernelPoint(dW.Count / RowTransform<T>.Taps), mapTiles = (dW.Shape[0] + kernel.Rows - 1) / kernel.Rows;
        using Scratch<T> imageScratch = new(Points * inputPoint);
        using Scratch<T> gradientScratch = new(Points * outputPoint);
        using Scratch<T> sumScratch = new(Points * pitch);
        sumScratch.Span.Clear();
        fixed (T* images = imageScratch.Span, gradients = gradientScratch.Span, sums = sumScratch.Span)
        {
            for (int group = 0; group < input.Groups(x.Shape[0]); group++)
            {
                TransformImages(group, x, images);
                TransformGradients(group, dY, gradients);
                ParallelLoop.For(Points * mapTiles, (self: this, images: (nint)images, gradients: (nint)gradients, sums: (nint)sums, pitch, mapTiles, rows: kernel.Rows), static (i, s) =>
                    s.self.AddDots(i / s.mapTiles, i % s.mapTiles * s.rows, (T*)s.images, (T*)s.gradients, (T*)s.sums + i / s.mapTiles * s.pitch));
            }

            AddKernelGradients(sums, pitch, dW);
        }
    }

    // Adds the contribution of a group of images to the transformed kernels of a tile of maps, at one point.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddDots(int point, int map, T* images, T* gradients, T* sums)
    {
        (int inner, int dotColumns) = (inputOffsets.Length, kernel.DotColumns);
        GemmTile<T> tile = default;
        tile.Rows = Math.Min(kernel.Rows, planned.Maps - map);
        tile.Segments = 1;
        tile.Inner = output.Rows * tileRow;
        tile.ARowStride = tile.Inner;
        tile.A = gradients + point * outputPoint + map * tile.ARowStride;
        tile.B = images + point * inputPoint;
        for (int k = 0; k < inner; k += dotColumns)
        {
            int count = Math.Min(dotColumns, inner - k);
            tile.BOffsets = inputOffsets.Pointer + k;
            kernel.AddDots(ref tile, count, sums + map * inner + k, inner);
        }
    }

    // dW += Gᵀ sums
    private void AddKernelGradients(T* sums, int pitch, Tensor<T> dW)
    {
        using Scratch<T> columns = new(RowTransform<T>.Taps * pitch);
        using Scratch<T> rows = new(dW.Count);
        fixed (T* c = columns.Span, r = rows.Span)
        {
            GemmTile<T> tile = default;
            (tile.Alpha, tile.IsNear) = (T.One, true);
            tile.Inner = Points;
            tile.A = transform.Kernels;
            tile.ARowStride = 1;
            tile.AStep = RowTransform<T>.Taps;
            tile.B = sums;
            tile.BStep = pitch;
            tile.C = c;
            tile.CRowStride = pitch;
            kernel.MultiplyStrips(ref tile, RowTransform<T>.Taps, pitch);
            Transposition.Copy(c, pitch, RowTransform<T>.Taps, dW.Count / RowTransform<T>.Taps, r, RowTransform<T>.Taps, T.Zero);
            TensorPrimitives.Add(dW.Span, rows.Span, dW.Span);
        }
    }
}
