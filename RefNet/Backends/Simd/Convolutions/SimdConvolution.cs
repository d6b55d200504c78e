using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution on <see cref="SimdGemm{T}"/>: here, and only here, stands which algorithm computes what. The choice depends
/// on shapes alone, and so do the bits of the results.
/// </summary>
/// <remarks>
/// Costs are counted in multiply-adds of 16 numbers, of one image. The constants were measured with AVX-512 on shapes of
/// LeNet, VGG and ResNet; where two algorithms come close it matters little which one is taken.
/// </remarks>
internal sealed class SimdConvolution<T>(ConvolutionGeometry geometry, int groups, SimdGemm<T> gemm, GemmKernel<T> kernel, bool useWinograd) : IConvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Lanes = 16;

    // Writing an element of the matrix of columns, or adding it back to its input.
    private const double MoveColumn = 1.7;

    // Copying an element of dY to another pitch.
    private const double MoveToPitch = 1;

    // Packing the columns for a product whose sums run along them.
    private const double PackColumns = 1.2;

    // Adding up the lanes of a dot product, and beginning the next.
    private const double EndDot = 28;

    // Transforming a tile of the input or of the output.
    private const double TransformTile = 28;

    // Transforming a kernel: its 36 elements go to memory and come back, for no cache holds those of a large layer.
    private const double TransformKernel = 110;

    // Moving an element between an image and its lane among the interleaved images.
    private const double MoveLane = 0.6;

    // Interleaved images of so many elements, of all channels, stay in the second-level cache.
    private const int MaxInterleaved = 128 * 1024;

    // Up to so many maps of a channel are summed each on its own.
    private const int MaxDepthwiseMaps = 2;

    // Adding up the lanes of a dot product of interleaved images.
    private const double EndInterleavedDot = 10;

    // Moving an element between an image and its lane and transforming its row, and transforming a weight.
    private const double TransformRow = 1.25;

    // So many elements of transformed rows, of a group of images, still come from a cache.
    private const int MaxTransformedRows = 2048 * 1024;

    private readonly InterleavedConvolution<T>? interleaved = InterleavedConvolution<T>.Suits(geometry, groups) ? new(geometry, kernel) : null;
    private readonly WinogradConvolution<T>? winograd = useWinograd && WinogradConvolution<T>.Suits(geometry, groups) ? new(geometry, gemm, kernel) : null;
    private readonly RowWinogradConvolution<T>? rowWinograd = useWinograd && RowWinogradConvolution<T>.Suits(geometry, groups) ? new(geometry, kernel) : null;
    private readonly ColumnConvolution<T> columns = new(geometry, groups, gemm);
    private readonly ShiftedConvolution<T> shifted = new(geometry, groups, kernel);
    private readonly WholeImageConvolution<T> wholeImage = new(geometry, gemm);
    private readonly DepthwiseConvolution<T> depthwise = new(geometry, groups);

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        double products = w.Count / Lanes; // for each position
        double byShifts = products * shifted.ComputedSums(x, y);
        double byColumns = products * ColumnConvolution<T>.ComputedSums(y, kernel.NarrowColumns) + ColumnMoves(x, y);
        double byInterleaving = Interleaving(x, y, products * Positions(y));
        double byRows = RowWinograd(x, y, w, endDot: 0);
        if (WholeImageConvolution<T>.Suits(geometry, groups, x))
            wholeImage.Forward(x, w, b, y);
        else if (winograd is not null && ByWinograd(winograd.Tiles(x, y), x.Shape[1], y) < Math.Min(byInterleaving, Math.Min(byShifts, byColumns)))
            winograd.Forward(x, w, b, y);
        else
            Best(w, byShifts, byColumns, byInterleaving, byRows).Forward(x, w, b, y);
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        double products = dW.Count / Lanes, computed = shifted.ComputedSums(x, dY);
        double byShifts = products * computed + dW.Count * EndDot * computed / shifted.DotLength(x, dY) + dY.Shape[1] * computed * MoveToPitch;
        double byColumns = products * Positions(dY) * PackColumns + ColumnMoves(x, dY);
        double byInterleaving = Interleaving(x, dY, products * Positions(dY) + dW.Count * EndInterleavedDot / Lanes);
        double byRows = RowWinograd(x, dY, dW, EndInterleavedDot);
        if (WholeImageConvolution<T>.Suits(geometry, groups, x))
            wholeImage.AddWeightGradient(x, dY, dW);
        else if (winograd is not null && ByWinograd(winograd.Tiles(x, dY), x.Shape[1], dY) < Math.Min(byInterleaving, Math.Min(byShifts, byColumns)))
            winograd.AddWeightGradient(x, dY, dW);
        else
            Best(dW, byShifts, byColumns, byInterleaving, byRows).AddWeightGradient(x, dY, dW);
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        double products = w.Count / Lanes;
        double byShifts = products / geometry.Taps * shifted.ComputedProductsBackward(dX, dY);
        double byColumns = products * ColumnConvolution<T>.ComputedSums(dY, kernel.NarrowColumns) + ColumnMoves(dX, dY);
        double byInterleaving = Interleaving(dX, dY, products * Positions(dY));
        double byRows = RowWinograd(dX, dY, w, endDot: 0);
        if (WholeImageConvolution<T>.Suits(geometry, groups, dX))
            wholeImage.InputGradient(w, dY, dX);
        else if (winograd is not null && ByWinograd(winograd.TilesBackward(dX, dY), dY.Shape[1], dX) < Math.Min(byInterleaving, Math.Min(byShifts, byColumns)))
            winograd.InputGradient(w, dY, dX);
        else
            Best(w, byShifts, byColumns, byInterleaving, byRows).InputGradient(w, dY, dX);
    }

    // With many maps for each channel, a register of it serves several of them: then the other algorithms are faster.
    private bool IsDepthwise(Tensor<T> w) => groups > 1 && w.Shape[1] == 1 && w.Shape[0] / groups <= MaxDepthwiseMaps;

    private double ColumnMoves(Tensor<T> x, Tensor<T> y) => (double)x.Shape[1] * geometry.Taps * Positions(y) * MoveColumn;

    // 36 products for each tile, channel and map; tiles of channels and of maps are transformed, and kernels once for a batch.
    private static double ByWinograd(double tiles, double channels, Tensor<T> y) =>
        WinogradTransform.Products * channels * y.Shape[1] * tiles / Lanes
        + (channels + y.Shape[1]) * tiles * TransformTile
        + channels * y.Shape[1] * TransformKernel / y.Shape[0];

    // The products and the moves to the lanes and back, those of lanes without an image included.
    private double Interleaving(Tensor<T> x, Tensor<T> y, double products)
    {
        int batch = x.Shape[0], lanes = kernel.NarrowColumns, groups = (batch + lanes - 1) / lanes;
        double elements = (double)(x.Count + y.Count) / batch;
        return interleaved is null || elements * lanes > MaxInterleaved
            ? double.PositiveInfinity
            : (products + elements * MoveLane) * groups * lanes / batch;
    }

    // 9 products for each tile of a row, tap row, channel and map; elements are moved and transformed, kernels once for a batch.
    private double RowWinograd(Tensor<T> x, Tensor<T> y, Tensor<T> w, double endDot)
    {
        if (rowWinograd is null || rowWinograd.TransformedElements(x, y) > MaxTransformedRows)
            return double.PositiveInfinity;
        double batch = x.Shape[0], sums = (double)w.Count / RowTransform<T>.Taps * RowTransform<T>.Points;
        double image = sums * RowWinogradConvolution<T>.Tiles(y) / Lanes + sums * endDot / Lanes + (x.Count + y.Count) / batch * TransformRow;
        return image * RowWinogradConvolution<T>.Lanes(x) / batch + w.Count / batch * TransformRow;
    }

    private IConvolution<T> Best(Tensor<T> w, double byShifts, double byColumns, double byInterleaving, double byRows)
    {
        double least = Math.Min(Math.Min(byShifts, byColumns), Math.Min(byInterleaving, byRows));
        return IsDepthwise(w) ? depthwise : byRows == least ? rowWinograd! : byInterleaving == least ? interleaved! : byShifts == least ? shifted : columns;
    }

    private static double Positions(Tensor<T> y) => y.Shape[2] * y.Shape[3];
}
