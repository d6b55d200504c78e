using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution as matrix products, on any <see cref="IGemm{T}"/>: a block of the matrix of columns X is written (<see
/// cref="ImageColumns"/>), multiplied, and overwritten by the next one. With groups, each group of channels is a
/// separate convolution.
/// </summary>
/// <remarks>
/// <see cref="ColumnBlocks"/> defines the blocks of X. Images with few output positions share one block, so that no
/// product is narrow. The blocks, and so the bits of the results, depend only on the shapes.
/// </remarks>
/// <param name="geometry">The kernel, stride and padding.</param>
/// <param name="groups">The number of groups of channels.</param>
/// <param name="gemm">Computes the products.</param>
/// <param name="lanes">The number of sums it computes at once, for <see cref="CountSteps"/>.</param>
internal sealed class ColumnConvolution<T>(ConvolutionGeometry geometry, int groups, IGemm<T> gemm, int lanes = 1) : IConvolutionAlgorithm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "columns";

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        ColumnBlocks blocks = Blocks(x, y);
        ParallelLoop.For(blocks.Count * groups, (self: this, blocks, x, w, y), static (i, s) =>
            s.self.Forward(s.blocks, i / s.blocks.OutputBlocks, i % s.blocks.OutputBlocks, s.x, s.w, s.y));
        if (b is not null)
            Biases.AddToPlanes(b, y); // Y += b 1ᵀ
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        // Threads share the blocks, each thread with its own sum, or the groups, each with its own rows of dW.
        ColumnBlocks blocks = Blocks(x, dY);
        if (groups > 1)
        {
            ParallelLoop.For(groups, (self: this, blocks, x, dY, dW), static (g, s) =>
            {
                for (int share = 0; share < s.blocks.Count; share++)
                    s.self.AddWeightGradient(s.blocks, share, g, s.x, s.dY, s.dW.AsMatrix());
            });
            return;
        }

        ParallelLoop.Sum(blocks.Count, dW.Span, (self: this, blocks, x, dY, dW.Shape), static (share, sum, s) =>
            s.self.AddWeightGradient(s.blocks, share, 0, s.x, s.dY, new Matrix<T>(sum, s.Shape[0], sum.Length / s.Shape[0])));
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        // Blocks of one image add to the same inputs, so they run one after another.
        ColumnBlocks blocks = Blocks(dX, dY);
        ParallelLoop.For(blocks.ImageBlocks * groups, (self: this, blocks, w, dY, dX), static (i, s) => s.self.InputGradient(s.blocks, i, s.w, s.dY, s.dX));
    }

    /// <inheritdoc/>
    public ConvolutionSteps CountSteps(ConvolutionProduct product, Shape x, Shape y)
    {
        ColumnBlocks blocks = ColumnBlocks.Of(y, ColumnRows(x));
        double images = blocks.Images(0).Count, positions = y[2] * y[3], weights = (double)y[1] * ColumnRows(x);
        double registers = product == ConvolutionProduct.WeightGradient ? positions / lanes : Math.Ceiling(images * positions / lanes) / images;
        return new ConvolutionSteps(weights * registers, (double)x[1] * geometry.Taps * positions, y[1] * positions, weights * blocks.OutputBlocks / images);
    }

    private ColumnBlocks Blocks(Tensor<T> x, Tensor<T> y) => ColumnBlocks.Of(y.Shape, ColumnRows(x.Shape));

    // The number of rows of the columns of one group.
    private int ColumnRows(Shape x) => x[1] / groups * geometry.Taps;

    // One block of outputs of one group: share is its index among the blocks of images times the groups.
    private void Forward(ColumnBlocks blocks, int share, int outputBlock, Tensor<T> x, Tensor<T> w, Tensor<T> y)
    {
        ((int first, int images), int g, OutputBlock outputs) = (blocks.Images(share / groups), share % groups, blocks.Output(outputBlock));
        using Scratch<T> columnScratch = new(checked(ColumnRows(x.Shape) * images * outputs.Positions));
        using Scratch<T> mapScratch = new(CopiedMaps(y, images));
        Matrix<T> columns = GatherColumns(x, first, images, g, outputs, columnScratch.Span);
        Matrix<T> maps = images == 1 ? Maps(y.SampleSpan(first), y.Shape, g, outputs) : new(mapScratch.Span, y.Shape[1] / groups, columns.Columns);
        gemm.Multiply(w.AsReadMatrix().RowPart(g, groups), columns, maps); // Y = W X
        if (images > 1)
            CopyFromSideBySide(maps, y, first, images, g);
    }

    // One block of one group: share is its index among all blocks of the batch.
    private void AddWeightGradient(ColumnBlocks blocks, int share, int g, Tensor<T> x, Tensor<T> dY, Matrix<T> sum)
    {
        ((int first, int images), OutputBlock outputs) = (blocks.Images(share / blocks.OutputBlocks), blocks.Output(share % blocks.OutputBlocks));
        using Scratch<T> columnScratch = new(checked(ColumnRows(x.Shape) * images * outputs.Positions));
        using Scratch<T> mapScratch = new(CopiedMaps(dY, images));
        Matrix<T> columns = GatherColumns(x, first, images, g, outputs, columnScratch.Span);
        Matrix<T> maps = images == 1 ? Maps(dY.AsReadMatrix().Row(first), dY.Shape, g, outputs) : SideBySide(dY, first, images, g, mapScratch.Span);
        gemm.MultiplyAdd(maps, columns.Transposed, sum.RowPart(g, groups)); // dW += dY Xᵀ
    }

    private void InputGradient(ColumnBlocks blocks, int share, Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        ((int first, int images), int g, int channels) = (blocks.Images(share / groups), share % groups, dX.Shape[1] / groups);
        using Scratch<T> columnScratch = new(checked(ColumnRows(dX.Shape) * blocks.MaxColumns));
        using Scratch<T> mapScratch = new(CopiedMaps(dY, images));
        for (int i = 0; i < images; i++)
            Channels(dX.SampleSpan(first + i), g).Clear();
        for (int block = 0; block < blocks.OutputBlocks; block++)
        {
            OutputBlock outputs = blocks.Output(block);
            Matrix<T> columns = new(columnScratch.Span, ColumnRows(dX.Shape), images * outputs.Positions);
            Matrix<T> maps = images == 1 ? Maps(dY.AsReadMatrix().Row(first), dY.Shape, g, outputs) : SideBySide(dY, first, images, g, mapScratch.Span);
            gemm.Multiply(w.AsReadMatrix().RowPart(g, groups).Transposed, maps, columns); // dX = Wᵀ dY
            for (int i = 0; i < images; i++)
                ImageColumns.ScatterAdd(columns.ColumnRange(i * outputs.Positions, outputs.Positions), channels, dX.Shape[2], dX.Shape[3], geometry, Channels(dX.SampleSpan(first + i), g), outputs);
        }
    }

    private Matrix<T> GatherColumns(Tensor<T> x, int first, int images, int g, OutputBlock outputs, Span<T> scratch)
    {
        Matrix<T> columns = new(scratch, ColumnRows(x.Shape), images * outputs.Positions);
        for (int i = 0; i < images; i++)
            ImageColumns.Gather(Channels(x.AsReadMatrix().Row(first + i), g), x.Shape[1] / groups, x.Shape[2], x.Shape[3], geometry, columns.ColumnRange(i * outputs.Positions, outputs.Positions), outputs);
        return columns;
    }

    // The channels of one group of one image.
    private Span<T> Channels(Span<T> image, int g) => image.Slice(g * (image.Length / groups), image.Length / groups);

    // The maps of one group of one image, in place.
    private Matrix<T> Maps(Span<T> image, Shape y, int g, OutputBlock outputs) =>
        new Matrix<T>(Channels(image, g), y[1] / groups, y[2] * y[3]).ColumnRange(outputs.FirstRow * y[3] + outputs.FirstColumn, outputs.Positions);

    // The length of a copy of a group's maps of several images; the maps of a single image are used in place.
    private int CopiedMaps(Tensor<T> y, int images) => images == 1 ? 0 : images * (y.Count / y.Shape[0] / groups);

    private Matrix<T> SideBySide(Tensor<T> y, int first, int images, int g, Span<T> scratch)
    {
        int positions = y.Shape[2] * y.Shape[3];
        Matrix<T> maps = new(scratch, y.Shape[1] / groups, images * positions);
        for (int i = 0; i < images; i++)
        {
            for (int f = 0; f < maps.Rows; f++)
                y.Plane(first + i, g * maps.Rows + f).CopyTo(maps.Row(f)[(i * positions)..]);
        }

        return maps;
    }

    private static void CopyFromSideBySide(Matrix<T> maps, Tensor<T> y, int first, int images, int g)
    {
        int positions = y.Shape[2] * y.Shape[3];
        for (int i = 0; i < images; i++)
        {
            for (int f = 0; f < maps.Rows; f++)
                maps.Row(f).Slice(i * positions, positions).CopyTo(y.PlaneSpan(first + i, g * maps.Rows + f));
        }
    }
}
