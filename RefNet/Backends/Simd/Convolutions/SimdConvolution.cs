using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution on <see cref="SimdGemm{T}"/>: each product uses the algorithm with the least estimated time, which is
/// the work that the algorithm counts times the <see cref="ConvolutionCosts"/> of this processor.
/// </summary>
/// <remarks>The choice, and so the bits of the results, depend only on the shapes, never on the number of threads.</remarks>
internal sealed class SimdConvolution<T> : IConvolution<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Up to this many maps per channel are summed separately: a register loaded from a channel would serve too few maps.
    private const int MaxDepthwiseMaps = 2;

    // A run uses few shapes: those of full batches, of the last batch of an epoch, of an evaluation.
    private const int MostChoices = 32;

    private readonly ConvolutionGeometry geometry;
    private readonly int groups;
    private readonly GemmKernel<T> kernel;
    private readonly WholeImageConvolution<T> wholeImage;
    private readonly DepthwiseConvolution<T> depthwise;
    private readonly Dictionary<(ConvolutionProduct Product, int Batch, int Channels, int Maps, int Height, int Width), IConvolution<T>> choices = [];

    /// <summary>Creates the convolution of one layer.</summary>
    public SimdConvolution(ConvolutionGeometry geometry, int groups, SimdGemm<T> gemm, GemmKernel<T> kernel, bool useWinograd)
    {
        (this.geometry, this.groups, this.kernel) = (geometry, groups, kernel);
        wholeImage = new(geometry, gemm);
        depthwise = new(geometry, groups);
        List<IConvolutionAlgorithm<T>> algorithms = [new ColumnConvolution<T>(geometry, groups, gemm, kernel.NarrowColumns), new ShiftedConvolution<T>(geometry, groups, kernel)];
        if (PointwiseConvolution<T>.Suits(geometry))
            algorithms.Add(new PointwiseConvolution<T>(groups, gemm, kernel.NarrowColumns));
        if (InterleavedConvolution<T>.Suits(geometry, groups))
            algorithms.Add(new InterleavedConvolution<T>(geometry, kernel));
        if (useWinograd && WinogradConvolution<T>.Suits(geometry, groups))
            algorithms.Add(new WinogradConvolution<T>(geometry, gemm, kernel));
        if (useWinograd && RowWinogradConvolution<T>.Suits(geometry, groups))
            algorithms.Add(new RowWinogradConvolution<T>(geometry, kernel));
        Algorithms = algorithms;
    }

    /// <summary>The candidates; there is no choice for kernels as large as the image and groups of one channel.</summary>
    public IReadOnlyList<IConvolutionAlgorithm<T>> Algorithms { get; }

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y) =>
        Choice(ConvolutionProduct.Forward, x.Shape, y.Shape).Forward(x, w, b, y);

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW) =>
        Choice(ConvolutionProduct.WeightGradient, x.Shape, dY.Shape).AddWeightGradient(x, dY, dW);

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX) =>
        Choice(ConvolutionProduct.InputGradient, dX.Shape, dY.Shape).InputGradient(w, dY, dX);

    /// <summary>The algorithm that computes a product for images of the given shapes.</summary>
    public IConvolution<T> Choice(ConvolutionProduct product, Shape x, Shape y)
    {
        var key = (product, x[0], x[1], y[1], x[2], x[3]);
        if (choices.TryGetValue(key, out IConvolution<T>? choice))
            return choice;
        if (choices.Count == MostChoices)
            choices.Clear();
        return choices[key] = Choose(product, x, y);
    }

    private IConvolution<T> Choose(ConvolutionProduct product, Shape x, Shape y)
    {
        if (WholeImageConvolution<T>.Suits(geometry, groups, x))
            return wholeImage;
        bool isDepthwise = groups > 1 && x[1] == groups && y[1] / groups <= MaxDepthwiseMaps;
        return isDepthwise ? depthwise : Algorithms.MinBy(algorithm => algorithm.CountSteps(product, x, y).Cost(ConvolutionCosts.Of(algorithm.Name, product, kernel.NarrowColumns * Unsafe.SizeOf<T>())))!;
    }
}
