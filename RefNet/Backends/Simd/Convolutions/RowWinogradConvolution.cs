using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution of many small images with kernels 5 wide at stride 1, by Winograd's algorithm along the rows
/// (<see cref="RowTransform{T}"/>): 9 products replace 25. The images are interleaved
/// (<see cref="InterleavedPlane"/>), and the transform is one-dimensional: what remains for each of the 9 points is a convolution
/// along the columns, M[map][row, tile] = Σ W[map][c, u] V[c][row + u, tile], which sums over channels and rows of the kernel.
/// </summary>
/// <remarks>
/// <para>
/// Such a convolution treats the tiles of several rows as one axis, since a tap shifts them by whole rows. All three
/// products of a layer work this way: the gradients multiply the transformed dY by the transformed kernels or images.
/// </para>
/// <para>
/// Its rounding errors are larger than those of direct sums, since it subtracts numbers up to 255 times as large as the
/// tile's: <see cref="SimdGemm{T}.UseWinograd"/> states the errors and turns it off. An output whose inputs are all zero may
/// come out as a small number; infinity or NaN may reach all outputs of its tile, and in dW all weights of a row of a kernel.
/// </para>
/// </remarks>
internal sealed unsafe partial class RowWinogradConvolution<T>(ConvolutionGeometry geometry, GemmKernel<T> kernel) : IConvolutionAlgorithm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Points = RowTransform<T>.Points;

    // This many elements of transformed rows, of a group of images, still fit in a cache.
    private const long MaxElements = 2048 * 1024;

    // This many elements of a block of rows, over all maps and points, stay in the cache until they are transformed back.
    private const int BlockElements = 24 * 1024;

    // Extra distance between points, to spread them over cache sets.
    private const int Gap = 16;

    private static readonly int lanes = Vector512<T>.Count; // a multiple of any kernel's narrow strips

    private readonly RowTransform<T> transform = new(geometry.Flip);
    private (int Channels, int Maps, int Height, int Width) planned;
    private InterleavedPlane input;
    private InterleavedPlane output;

    // Distances: between the tiles of consecutive rows, and between two points of all channels and of all maps.
    private int tileRow;
    private int inputPoint;
    private int outputPoint;

    // Rows of the output, and rows of the input reached by the same tap rows, are computed in blocks.
    private int rowsPerBlock;
    private TapRun[] inputBlocks = [];

    // The terms of an element of M: forward the tap rows of all channels, backward the maps of all tap rows.
    private OffsetList kernelOffsets = null!;
    private OffsetList inputOffsets = null!;
    private OffsetList backwardKernelOffsets = null!;
    private OffsetList backwardOutputOffsets = null!;

    /// <summary>Whether the algorithm supports convolutions of this geometry.</summary>
    public static bool Suits(ConvolutionGeometry geometry, int groups) =>
        groups == 1 && geometry.Rows.Stride == 1 && geometry.Columns is { Size: RowTransform<T>.Taps, Stride: 1, Dilation: 1 };

    /// <inheritdoc/>
    public string Name => "winograd-rows";

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        Plan(x, y);
        using Scratch<T> scratch = TransformKernels(w);
        fixed (T* kernels = scratch.Span)
            ForGroups(x, (self: this, x, kernels: (nint)kernels, b, y), static (group, s) => s.self.Forward(group, s.x, (T*)s.kernels, s.b, s.y));
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        Plan(dX, dY);
        using Scratch<T> scratch = TransformKernels(w);
        fixed (T* kernels = scratch.Span)
            ForGroups(dX, (self: this, kernels: (nint)kernels, dY, dX), static (group, s) => s.self.InputGradient(group, (T*)s.kernels, s.dY, s.dX));
    }

    // Threads share the groups or, where there are fewer groups than threads, the work inside each.
    private void ForGroups<TState>(Tensor<T> x, TState state, Action<int, TState> body)
    {
        int groups = input.Groups(x.Shape[0]);
        if (groups >= ParallelLoop.AvailableThreads)
        {
            ParallelLoop.For(groups, state, body);
            return;
        }

        for (int group = 0; group < groups; group++)
            body(group, state);
    }

    /// <inheritdoc/>
    public ConvolutionSteps CountSteps(ConvolutionProduct product, Shape x, Shape y)
    {
        int tiles = TilesInRow(y[3]), rows = geometry.Rows.Before + x[2] + geometry.Rows.After;
        if ((long)Points * lanes * tiles * (x[1] * rows + y[1] * y[2]) > MaxElements)
            return ConvolutionSteps.TooMuch;
        double groups = (x[0] + lanes - 1) / lanes / (double)x[0], filled = groups * lanes; // counts lanes without an image too
        double weights = (double)x[1] * y[1] * geometry.Rows.Size * Points;
        return new ConvolutionSteps(
            weights * y[2] * tiles * filled / kernel.NarrowColumns, (double)x[1] * x[2] * x[3] * filled, (double)y[1] * y[2] * y[3] * filled,
            product == ConvolutionProduct.WeightGradient ? weights * groups : weights / x[0]);
    }

    private static int TilesInRow(int width) => (width + RowTransform<T>.Outputs - 1) / RowTransform<T>.Outputs;

    private void Plan(Tensor<T> x, Tensor<T> y)
    {
        (int channels, int maps, int rowTaps) = (x.Shape[1], y.Shape[1], geometry.Rows.Size);
        if (planned == (channels, maps, x.Shape[2], x.Shape[3]))
            return;
        planned = (channels, maps, x.Shape[2], x.Shape[3]);
        int tiles = TilesInRow(y.Shape[3]);
        input = new(
            lanes, geometry.Rows.Before + x.Shape[2] + geometry.Rows.After, tiles * RowTransform<T>.Outputs + RowTransform<T>.Taps - 1,
            geometry.Rows.Before, geometry.Columns.Before);
        output = new(lanes, y.Shape[2], tiles * RowTransform<T>.Outputs);
        tileRow = tiles * lanes;
        inputPoint = channels * input.Rows * tileRow + Gap;
        outputPoint = maps * output.Rows * tileRow + Gap;
        rowsPerBlock = Math.Max(1, BlockElements / (Points * Math.Max(maps, channels) * tileRow));

        PlanSums(channels, maps, rowTaps);
        inputBlocks = [.. TapRun.Of(rowTaps, geometry.FirstRow, x.Shape[2], output.Rows).SelectMany(run => run.Cut(rowsPerBlock))];
    }

    private void PlanSums(int channels, int maps, int rowTaps)
    {
        kernelOffsets = OffsetList.Consecutive(channels * rowTaps);
        inputOffsets = new OffsetList(channels * rowTaps);
        for (int k = 0; k < inputOffsets.Length; k++)
            inputOffsets[k] = (k / rowTaps * input.Rows + geometry.FirstRow(k % rowTaps) + input.Above) * tileRow;

        // Tap rows come first, so that those that reach a row of dX form a contiguous part of the lists.
        backwardKernelOffsets = new OffsetList(rowTaps * maps);
        backwardOutputOffsets = new OffsetList(rowTaps * maps);
        for (int k = 0; k < rowTaps * maps; k++)
        {
            backwardKernelOffsets[k] = k % maps * channels * rowTaps + k / maps;
            backwardOutputOffsets[k] = (k % maps * output.Rows - geometry.FirstRow(k / maps)) * tileRow;
        }
    }

    // W = G g for each point: a product with the matrix whose columns are the rows of all kernels.
    private Scratch<T> TransformKernels(Tensor<T> w)
    {
        int rows = w.Count / RowTransform<T>.Taps, pitch = KernelPoint(rows);
        Scratch<T> scratch = new(Points * pitch);
        using Scratch<T> transposed = new(RowTransform<T>.Taps * pitch);
        transposed.Span.Clear();
        fixed (T* source = w.Values, columns = transposed.Span, target = scratch.Span)
        {
            Transposition.Copy(source, RowTransform<T>.Taps, rows, RowTransform<T>.Taps, columns, pitch, T.Zero);
            GemmTile<T> tile = default;
            (tile.Alpha, tile.IsNear) = (T.One, true);
            tile.Inner = RowTransform<T>.Taps;
            tile.A = transform.Kernels;
            tile.ARowStride = RowTransform<T>.Taps;
            tile.AStep = 1;
            tile.B = columns;
            tile.BStep = pitch;
            tile.C = target;
            tile.CRowStride = pitch;
            kernel.MultiplyStrips(ref tile, Points, pitch);
        }

        return scratch;
    }

    // The distance between two points of the given number of kernel rows.
    private int KernelPoint(int rows) => kernel.WholeRegisters(rows);

    private void Forward(int group, Tensor<T> x, T* kernels, Tensor<T>? b, Tensor<T> y)
    {
        using Scratch<T> scratch = new(Points * inputPoint);
        fixed (T* images = scratch.Span)
        {
            TransformImages(group, x, images);
            ParallelLoop.For((output.Rows + rowsPerBlock - 1) / rowsPerBlock, (self: this, group, images: (nint)images, kernels: (nint)kernels, b, y), static (block, s) =>
                s.self.ForwardRows(s.group, block * s.self.rowsPerBlock, (T*)s.images, (T*)s.kernels, s.b, s.y));
        }
    }

    // V = Bᵀ d for each row of all channels.
    private void TransformImages(int group, Tensor<T> x, T* images) => ParallelLoop.For(x.Shape[1], (self: this, group, x, images: (nint)images), static (channel, s) =>
    {
        InterleavedPlane plane = s.self.input;
        using Scratch<T> scratch = new(plane.Size);
        fixed (T* rows = scratch.Span)
        {
            plane.Read(s.x, s.group, channel, rows);
            T* target = (T*)s.images + channel * plane.Rows * s.self.tileRow;
            for (int row = 0; row < plane.Rows; row++)
                s.self.transform.Inputs(rows + row * plane.RowSize, s.self.tileRow / lanes, target + row * s.self.tileRow, s.self.inputPoint);
        }
    });

    // V = A dy for each row of all maps.
    private void TransformGradients(int group, Tensor<T> dY, T* gradients) => ParallelLoop.For(dY.Shape[1], (self: this, group, dY, gradients: (nint)gradients), static (map, s) =>
    {
        InterleavedPlane plane = s.self.output;
        using Scratch<T> scratch = new(plane.Size);
        fixed (T* rows = scratch.Span)
        {
            plane.Read(s.dY, s.group, map, rows);
            T* target = (T*)s.gradients + map * plane.Rows * s.self.tileRow;
            for (int row = 0; row < plane.Rows; row++)
                s.self.transform.OutputGradients(rows + row * plane.RowSize, s.self.tileRow / lanes, target + row * s.self.tileRow, s.self.outputPoint);
        }
    });

    // Some rows of the output of all maps: M = W V, Y = Aᵀ M + b.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardRows(int group, int first, T* images, T* kernels, Tensor<T>? b, Tensor<T> y)
    {
        int maps = y.Shape[1], rows = Math.Min(rowsPerBlock, output.Rows - first), columns = rows * tileRow;
        using Scratch<T> products = new(Points * maps * columns);
        using Scratch<T> outputs = new(output.RowSize);
        fixed (T* m = products.Span, row = outputs.Span)
        {
            GemmTile<T> tile = default;
            (tile.Alpha, tile.IsNear) = (T.One, true);
            tile.Inner = inputOffsets.Length;
            tile.AOffsets = kernelOffsets.Pointer;
            tile.ARowStride = tile.Inner;
            tile.BOffsets = inputOffsets.Pointer;
            tile.CRowStride = columns;
            for (int point = 0; point < Points; point++)
            {
                tile.A = kernels + point * KernelPoint(maps * tile.Inner);
                tile.B = images + point * inputPoint + first * tileRow;
                tile.C = m + point * maps * columns;
                kernel.MultiplyStrips(ref tile, maps, columns);
            }

            for (int map = 0; map < maps; map++)
            {
                for (int i = 0; i < rows; i++)
                {
                    transform.OutputsOf(m + map * columns + i * tileRow, maps * columns, tileRow / lanes, row);
                    output.WriteRow(row, y, group, map, first + i, b is null ? T.Zero : b[map]);
                }
            }
        }
    }

    private void InputGradient(int group, T* kernels, Tensor<T> dY, Tensor<T> dX)
    {
        using Scratch<T> scratch = new(Points * outputPoint);
        fixed (T* gradients = scratch.Span)
        {
            TransformGradients(group, dY, gradients);
            ParallelLoop.For(inputBlocks.Length, (self: this, group, gradients: (nint)gradients, kernels: (nint)kernels, dX), static (block, s) =>
                s.self.InputGradientRows(s.group, s.self.inputBlocks[block], (T*)s.gradients, (T*)s.kernels, s.dX));
        }
    }

    // Some rows of the input gradient of all channels, reached by the same tap rows: M = Wᵀ V, dX = B M.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void InputGradientRows(int group, TapRun block, T* gradients, T* kernels, Tensor<T> dX)
    {
        (int channels, int maps, int rowTaps) = (dX.Shape[1], planned.Maps, geometry.Rows.Size);
        int columns = (block.End - block.First) * tileRow;
        using Scratch<T> products = new(Points * channels * columns);
        using Scratch<T> inputs = new(input.RowSize);
        fixed (T* m = products.Span, row = inputs.Span)
        {
            GemmTile<T> tile = default;
            (tile.Alpha, tile.IsNear) = (T.One, true);
            tile.Inner = block.Taps * maps;
            tile.AOffsets = backwardKernelOffsets.Pointer + block.FirstTap * maps;
            tile.ARowStride = rowTaps;
            tile.BOffsets = backwardOutputOffsets.Pointer + block.FirstTap * maps;
            tile.CRowStride = columns;
            for (int point = 0; point < Points; point++)
            {
                tile.A = kernels + point * KernelPoint(maps * channels * rowTaps);
                tile.B = gradients + point * outputPoint + block.First * tileRow;
                tile.C = m + point * channels * columns;
                kernel.MultiplyStrips(ref tile, channels, columns);
            }

            for (int channel = 0; channel < channels; channel++)
            {
                for (int i = 0; i < block.End - block.First; i++)
                {
                    transform.InputGradients(m + channel * columns + i * tileRow, channels * columns, tileRow / lanes, row);
                    input.WriteRow(row + input.Left * lanes, dX, group, channel, block.First + i, T.Zero);
                }
            }
        }
    }
}
