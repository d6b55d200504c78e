using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Convolution as matrix products, on any <see cref="IGemm{T}"/>: the matrix of columns X is made (<see
/// cref="ImageColumns"/>), multiplied, and thrown away. With groups, each group of channels is a convolution of its own.
/// </summary>
/// <remarks>
/// Images with few output positions are put side by side in one X, so that no product is a thin one. How many depends on
/// the shapes alone, and so do the bits of the results.
/// </remarks>
internal sealed class ColumnConvolution<T>(ConvolutionGeometry geometry, int groups, IGemm<T> gemm) : IConvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // As many columns as fill the registers of a product well, and few enough to stay in the second-level cache.
    private const int WantedColumns = 256;

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        Blocks blocks = new(y);
        ParallelLoop.For(blocks.Count, (self: this, blocks, x, w, y), static (block, s) => s.self.Forward(s.blocks, block, s.x, s.w, s.y));
        if (b is not null)
            Elementwise.AddToPlanes(y, b); // Y += b 1ᵀ
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        Blocks blocks = new(dY);
        ParallelLoop.Sum(blocks.Count, dW.Span, (self: this, blocks, x, dY, dW.Shape), static (block, sum, s) =>
            s.self.AddWeightGradient(s.blocks, block, s.x, s.dY, new Matrix<T>(sum, s.Shape[0], sum.Length / s.Shape[0])));
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        Blocks blocks = new(dY);
        ParallelLoop.For(blocks.Count, (self: this, blocks, w, dY, dX), static (block, s) => s.self.InputGradient(s.blocks, block, s.w, s.dY, s.dX));
    }

    /// <summary>How many sums are computed for a map of the output, on average, where registers hold so many.</summary>
    public static double ComputedSums(Tensor<T> y, int lanes)
    {
        Blocks blocks = new(y);
        int images = blocks[0].Images, positions = images * blocks.Positions;
        return (positions + lanes - 1) / lanes * lanes / (double)images;
    }

    private void Forward(Blocks blocks, int block, Tensor<T> x, Tensor<T> w, Tensor<T> y)
    {
        (int first, int images) = blocks[block];
        using Scratch<T> columnScratch = new(checked(ColumnRows(x) * images * blocks.Positions));
        using Scratch<T> mapScratch = new(CopiedMaps(y, images));
        Matrix<T> columns = GatherColumns(x, first, images, blocks.Positions, columnScratch.Span);
        Matrix<T> maps = images == 1 ? Maps(y, first) : new(mapScratch.Span, y.Shape[1], images * blocks.Positions);
        for (int g = 0; g < groups; g++)
            gemm.Multiply(Group(w.AsMatrix(), g), Group(columns, g), Group(maps, g)); // Y = W X
        if (images > 1)
            CopyFromSideBySide(maps, y, first, images);
    }

    private void AddWeightGradient(Blocks blocks, int block, Tensor<T> x, Tensor<T> dY, Matrix<T> sum)
    {
        (int first, int images) = blocks[block];
        using Scratch<T> columnScratch = new(checked(ColumnRows(x) * images * blocks.Positions));
        using Scratch<T> mapScratch = new(CopiedMaps(dY, images));
        Matrix<T> columns = GatherColumns(x, first, images, blocks.Positions, columnScratch.Span);
        Matrix<T> maps = images == 1 ? Maps(dY, first) : SideBySide(dY, first, images, mapScratch.Span);
        for (int g = 0; g < groups; g++)
            gemm.MultiplyAdd(Group(maps, g), Group(columns, g).Transposed, Group(sum, g)); // dW += dY Xᵀ
    }

    private void InputGradient(Blocks blocks, int block, Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        (int first, int images) = blocks[block];
        using Scratch<T> columnScratch = new(checked(ColumnRows(dX) * images * blocks.Positions));
        using Scratch<T> mapScratch = new(CopiedMaps(dY, images));
        Matrix<T> columns = new(columnScratch.Span, ColumnRows(dX), images * blocks.Positions);
        Matrix<T> maps = images == 1 ? Maps(dY, first) : SideBySide(dY, first, images, mapScratch.Span);
        for (int g = 0; g < groups; g++)
            gemm.Multiply(Group(w.AsMatrix(), g).Transposed, Group(maps, g), Group(columns, g)); // dX = Wᵀ dY
        for (int i = 0; i < images; i++)
        {
            Span<T> image = dX.Sample(first + i);
            image.Clear();
            ImageColumns.ScatterAdd(columns.ColumnRange(i * blocks.Positions, blocks.Positions), dX.Shape[1], dX.Shape[2], dX.Shape[3], geometry, image);
        }
    }

    private int ColumnRows(Tensor<T> x) => x.Shape[1] * geometry.Taps;

    private Matrix<T> GatherColumns(Tensor<T> x, int first, int images, int positions, Span<T> scratch)
    {
        Matrix<T> columns = new(scratch, ColumnRows(x), images * positions);
        for (int i = 0; i < images; i++)
            ImageColumns.Gather(x.Sample(first + i), x.Shape[1], x.Shape[2], x.Shape[3], geometry, columns.ColumnRange(i * positions, positions));
        return columns;
    }

    // The rows of a matrix that belong to one group of channels.
    private Matrix<T> Group(Matrix<T> matrix, int g) => matrix.RowRange(g * (matrix.Rows / groups), matrix.Rows / groups);

    private static Matrix<T> Maps(Tensor<T> y, int n) => new(y.Sample(n), y.Shape[1], y.Shape[2] * y.Shape[3]);

    // The length of a copy of the maps side by side; those of one image are used where they are.
    private static int CopiedMaps(Tensor<T> y, int images) => images == 1 ? 0 : images * (y.Count / y.Shape[0]);

    private static Matrix<T> SideBySide(Tensor<T> y, int first, int images, Span<T> scratch)
    {
        int positions = y.Shape[2] * y.Shape[3];
        Matrix<T> maps = new(scratch, y.Shape[1], images * positions);
        for (int i = 0; i < images; i++)
        {
            for (int f = 0; f < maps.Rows; f++)
                y.Plane(first + i, f).CopyTo(maps.Row(f)[(i * positions)..]);
        }

        return maps;
    }

    private static void CopyFromSideBySide(Matrix<T> maps, Tensor<T> y, int first, int images)
    {
        int positions = y.Shape[2] * y.Shape[3];
        for (int i = 0; i < images; i++)
        {
            for (int f = 0; f < maps.Rows; f++)
                maps.Row(f).Slice(i * positions, positions).CopyTo(y.Plane(first + i, f));
        }
    }

    // How the images of a batch are put together in blocks.
    private readonly struct Blocks(Tensor<T> y)
    {
        private readonly int batch = y.Shape[0];
        private readonly int imagesPerBlock = EqualShares(y.Shape[0], (WantedColumns + y.Shape[2] * y.Shape[3] - 1) / (y.Shape[2] * y.Shape[3]));

        public int Positions { get; } = y.Shape[2] * y.Shape[3];

        public int Count => (batch + imagesPerBlock - 1) / imagesPerBlock;

        public (int First, int Images) this[int block] =>
            (block * imagesPerBlock, Math.Min(imagesPerBlock, batch - block * imagesPerBlock));

        // Blocks of equal size, as far as that can be: threads share them.
        private static int EqualShares(int batch, int wanted)
        {
            int blocks = (batch + wanted - 1) / wanted;
            return (batch + blocks - 1) / blocks;
        }
    }
}
