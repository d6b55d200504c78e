using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

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
    private const double MoveSpread = 1;

    // Adding up the lanes of a dot product, and beginning the next.
    private const double EndDot = 18;

    // Transforming a tile of the input or of the output.
    private const double TransformTile = 28;

    // Transforming a kernel: its 36 elements go to memory and come back, for no cache holds those of a large layer.
    private const double TransformKernel = 110;

    private readonly WinogradConvolution<T>? winograd = useWinograd && WinogradConvolution<T>.Suits(geometry, groups) ? new(geometry, kernel) : null;
    private readonly ColumnConvolution<T> columns = new(geometry, groups, gemm);
    private readonly ShiftedConvolution<T> shifted = new(geometry, groups, kernel);

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        double byShifts = Inner(w) * Maps(w) * (shifted.Computed(x, y) / Lanes);
        double byColumns = Inner(w) * (Maps(w) * ColumnConvolution<T>.Computed(y, kernel.NarrowColumns) / Lanes + Positions(y) * MoveColumn);
        if (winograd is not null && ByWinograd(winograd.Tiles(x, y), x.Shape[1], y) < Math.Min(byShifts, byColumns))
            winograd.Forward(x, w, b, y);
        else
            Best(byShifts, byColumns).Forward(x, w, b, y);
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        double length = shifted.DotLength(x, dY), useful = length * Positions(dY) / shifted.Computed(x, dY);
        double byShifts = length / Lanes + EndDot + length * MoveSpread / Inner(dW);
        double byColumns = useful / Lanes + useful * MoveColumn / Maps(dW);
        Best(byShifts, byColumns).AddWeightGradient(x, dY, dW);
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        double byShifts = Maps(w) * shifted.ComputedBackward(dX, dY) / Lanes;
        double byColumns = geometry.Taps * (Maps(w) * ColumnConvolution<T>.Computed(dY, kernel.NarrowColumns) / Lanes + Positions(dY) * MoveColumn);
        byShifts *= dX.Shape[1];
        byColumns *= dX.Shape[1];
        if (winograd is not null && ByWinograd(winograd.TilesBackward(dX, dY), dY.Shape[1], dX) < Math.Min(byShifts, byColumns))
            winograd.InputGradient(w, dY, dX);
        else
            Best(byShifts, byColumns).InputGradient(w, dY, dX);
    }

    // 36 products for each tile, channel and map; tiles of channels and of maps are transformed, and kernels once for a batch.
    private static double ByWinograd(double tiles, double channels, Tensor<T> y) =>
        WinogradTransform.Products * channels * y.Shape[1] * tiles / Lanes
        + (channels + y.Shape[1]) * tiles * TransformTile
        + channels * y.Shape[1] * TransformKernel / y.Shape[0];

    private IConvolution<T> Best(double byShifts, double byColumns) => byShifts <= byColumns ? shifted : columns;

    // How many products each output sums.
    private static double Inner(Tensor<T> w) => w.Count / w.Shape[0];

    // How many output maps share the inputs of a group.
    private double Maps(Tensor<T> w) => w.Shape[0] / groups;

    private static double Positions(Tensor<T> y) => y.Shape[2] * y.Shape[3];
}
