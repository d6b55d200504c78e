using System.Numerics;
using System.Runtime.Intrinsics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution with a 3x3 kernel at stride 1 by Winograd's algorithm (<see cref="WinogradTransform"/>): tiles of the image
/// and kernels are transformed, 36 matrix products (maps x channels)(channels x tiles) replace one that is nine times
/// as deep, and the results are transformed back. The input gradient is such a convolution too: of dY, with rotated
/// kernels. The weight gradient is the adjoint of the same products (WinogradConvolution.WeightGradient.cs).
/// </summary>
/// <remarks>
/// It takes a quarter of the multiplications of the direct sum, but its rounding errors are larger, since it subtracts
/// numbers up to 100 times as large as the tile's, whether or not an output depends on all of the tile:
/// <see cref="SimdGemm{T}.UseWinograd"/> states the errors and turns it off. Each lane of a register holds another tile
/// (<see cref="WinogradTiles"/>), of whichever row or image.
/// </remarks>
internal sealed unsafe partial class WinogradConvolution<T>(ConvolutionGeometry geometry, SimdGemm<T> gemm, GemmKernel<T> kernel) : IConvolutionAlgorithm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // This many elements of transformed tiles, over all channels and maps, stay in the second-level cache.
    private const int CacheElements = 200 * 1024;

    // The weight gradient adds each block to the sums of all kernels, so it uses fewer and larger blocks, in the third-level cache.
    private const int GradientCacheElements = 2400 * 1024;

    // A run uses few shapes: those of full batches, of the last batch of an epoch, of an evaluation.
    private const int MostPlans = 8;
    private readonly Dictionary<(int Batch, int Height, int Width), (WinogradPlan Forward, WinogradPlan Backward)> plans = [];
    private WinogradPlan forward = null!;
    private WinogradPlan backward = null!;
    private (int Batch, int Height, int Width) planned;

    /// <summary>Whether the algorithm supports convolutions of this geometry.</summary>
    public static bool Suits(ConvolutionGeometry geometry, int groups) =>
        groups == 1 && geometry.Taps == 9 && geometry.Rows is { Size: 3, Stride: 1, Dilation: 1 } && geometry.Columns is { Stride: 1, Dilation: 1 };

    /// <inheritdoc/>
    public string Name => "winograd";

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        Plan(x.Shape, y.Shape);
        Convolve(forward, x, w, transposed: false, b, y);
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        Plan(dX.Shape, dY.Shape);
        Convolve(backward, dY, w, transposed: true, null, dX);
    }

    /// <inheritdoc/>
    public ConvolutionSteps CountSteps(ConvolutionProduct product, Shape x, Shape y)
    {
        Plan(x, y);
        WinogradPlan plan = product == ConvolutionProduct.InputGradient ? backward : forward;
        double tiles = plan.Starts.Length / (double)plan.Images, pairs = (double)x[1] * y[1];
        return new ConvolutionSteps(WinogradTransform.Products * pairs * tiles / kernel.NarrowColumns, x[1] * tiles, y[1] * tiles, pairs / x[0]);
    }

    private void Convolve(WinogradPlan plan, Tensor<T> source, Tensor<T> w, bool transposed, Tensor<T>? b, Tensor<T> target)
    {
        WinogradWork<T> work = Work(plan, source, target, CacheElements);
        work.Bias = b;
        bool turned = geometry.Flip != transposed;
        if (work.IsOneBlock)
        {
            work.ConvolveByMaps(w, transposed, turned);
            return;
        }

        using Scratch<T> scratch = new(checked(WinogradTransform.Products * work.StepU));
        fixed (T* u = scratch.Span)
        {
            work.U = u;
            ParallelLoop.For(work.Maps, (work, w, transposed, turned), static (map, s) => s.work.TransformKernels(map, s.w, s.transposed, s.turned)); // U = G w Gᵀ
            ParallelLoop.For((source.Shape[0] + plan.Images - 1) / plan.Images, work, static (group, s) => s.Convolve(group * s.Plan.Images));
        }
    }

    private WinogradWork<T> Work(WinogradPlan plan, Tensor<T> source, Tensor<T> target, int cacheElements) => new()
    {
        Gemm = gemm,
        Kernel = kernel,
        Plan = plan,
        Source = source,
        Target = target,
        Maps = target.Shape[1],
        Tiles = TilesPerBlock(plan.Images * plan.TilesOfImage, source.Shape[1], target.Shape[1], cacheElements),
    };

    // Blocks of equal size: small enough for the cache, and large enough that reading U once per block costs no more than
    // writing and reading V and M.
    private int TilesPerBlock(int positions, int channels, int maps, int cacheElements)
    {
        int wanted = Math.Max(cacheElements / WinogradTransform.Products / (channels + maps), maps * channels / (maps + channels) / 2);
        int blocks = (positions + wanted - 1) / wanted, strip = blocks == 1 ? Vector512<T>.Count : Math.Max(kernel.WideColumns, Vector512<T>.Count); // one is a multiple of the other
        return ((positions + blocks - 1) / blocks + strip - 1) / strip * strip;
    }

    private void Plan(Shape x, Shape y)
    {
        (int, int, int) wanted = (x[0], x[2], x[3]);
        if (planned == wanted)
            return;
        if (!plans.TryGetValue(wanted, out (WinogradPlan Forward, WinogradPlan Backward) plan))
        {
            plan = (WinogradPlan.Forward(geometry, x, y), WinogradPlan.Backward(geometry, x, y));
            if (plans.Count == MostPlans)
                plans.Clear();
            plans.Add(wanted, plan);
        }

        (forward, backward) = plan;
        planned = wanted;
    }
}
