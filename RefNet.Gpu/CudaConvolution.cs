using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Geometry;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>
/// Convolution as matrix products of columns, on the card. The columns, K*K times as large as the images, are made and
/// thrown away there, some images at a time: only images, gradients and results cross the bus.
/// </summary>
/// <remarks>
/// X is the matrix of columns of some images, side by side, R x P, with R = channels * taps and P their output positions; W
/// is F x R, and Y is F x P; of each group its part. As everywhere (see <see cref="CudaGemm"/>), row-major C = A B is asked of
/// cuBLAS as Cᵀ = Bᵀ Aᵀ.
/// </remarks>
internal sealed class CudaConvolution<T>(CudaGemm gemm, ConvolutionGeometry geometry, int groups, IConvolution<T> processor) : IConvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly bool inDouble = typeof(T) == typeof(double);

    private readonly CudaDevice device = gemm.Device;

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        ColumnShape shape = ShapeOf(x, y);
        if (!GoesToCard("convolution", shape, x, w, y))
        {
            processor.Forward(x, w, b, y);
            return;
        }

        using DeviceTurn turn = device.TakeTurn();
        ConvolutionRun<T> run = new(turn, gemm.Options, shape, groups);
        nint cardW = gemm.Kept.Upload(turn, w.AsMatrix()).Address;
        nint cardB = b is null ? 0 : gemm.Kept.Upload(turn, b.AsMatrix()).Address;
        for (int first = 0; first < shape.Images; first += run.ImagesPerChunk)
        {
            int images = Math.Min(run.ImagesPerChunk, shape.Images - first);
            run.UploadImages(x, first, images);
            run.MakeColumns(images);
            run.Multiply(                                                        // Y = W X
                transposeA: false, transposeB: false, run.P(images), run.F, run.R,
                run.Columns(images), run.Weights(cardW), T.Zero, run.Maps(images));
            if (b is not null)
                run.AddBias(images, cardB);                                      // Y += b 1ᵀ
            run.DownloadMaps(y, first, images);
        }
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        ColumnShape shape = ShapeOf(x, dY);
        if (!GoesToCard("weight gradient", shape, x, dW, dY, dW))
        {
            processor.AddWeightGradient(x, dY, dW);
            return;
        }

        using DeviceTurn turn = device.TakeTurn();
        ConvolutionRun<T> run = new(turn, gemm.Options, shape, groups);
        nint cardDW = turn.Upload(dW.AsMatrix()).Address;
        for (int first = 0; first < shape.Images; first += run.ImagesPerChunk)
        {
            int images = Math.Min(run.ImagesPerChunk, shape.Images - first);
            run.UploadImages(x, first, images);
            run.UploadMaps(dY, first, images);
            run.MakeColumns(images);
            run.Multiply(                                                        // dW += dY Xᵀ
                transposeA: true, transposeB: false, run.R, run.F, run.P(images),
                run.Columns(images), run.Maps(images), T.One, run.Weights(cardDW));
            turn.Wait(); // the pinned memory is needed again
        }

        turn.Download(cardDW, dW.AsMatrix());
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        ColumnShape shape = ShapeOf(dX, dY);
        if (!GoesToCard("input gradient", shape, dX, w, dY))
        {
            processor.InputGradient(w, dY, dX);
            return;
        }

        using DeviceTurn turn = device.TakeTurn();
        ConvolutionRun<T> run = new(turn, gemm.Options, shape, groups);
        nint cardW = gemm.Kept.Upload(turn, w.AsMatrix()).Address;
        for (int first = 0; first < shape.Images; first += run.ImagesPerChunk)
        {
            int images = Math.Min(run.ImagesPerChunk, shape.Images - first);
            run.UploadMaps(dY, first, images);
            run.Multiply(                                                        // dX = Wᵀ dY
                transposeA: false, transposeB: true, run.P(images), run.R, run.F,
                run.Maps(images), run.Weights(cardW), T.Zero, run.Columns(images));
            run.AddUpColumns(images);
            run.DownloadImages(dX, first, images);
        }
    }

    private ColumnShape ShapeOf(Tensor<T> x, Tensor<T> y) => new(geometry, x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], y.Shape[1]);

    // The kernels count elements in 31 bits.
    private bool GoesToCard(string kind, ColumnShape shape, params ReadOnlySpan<Tensor<T>> crossing)
    {
        long elements = 0;
        foreach (Tensor<T> tensor in crossing)
            elements += tensor.Count;
        Work work = new(
            new WorkName(kind, shape.Images, shape.Outputs, shape.Rows / groups, shape.Positions),
            shape.Images * shape.ColumnElements / groups * shape.Outputs, elements * Unsafe.SizeOf<T>(), inDouble);
        return shape.ColumnElements <= int.MaxValue && gemm.GoesToCard(work);
    }
}
