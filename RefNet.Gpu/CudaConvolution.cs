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
/// X is the matrix of columns of an image, R x P, with R = channels * taps and P output positions; W is F x R, and y of an
/// image F x P. As everywhere (see <see cref="CudaGemm"/>), row-major C = A B is asked of cuBLAS as Cᵀ = Bᵀ Aᵀ.
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
            for (int g = 0; g < groups; g++)
            {
                device.Api.Blas.GemmBatch(                                       // Y = W X
                    device.Blas, transposeA: false, transposeB: false, run.P, run.GroupF, run.GroupR,
                    T.One, run.Columns(g), run.P, shape.ColumnElements, run.Weights(cardW, g), run.GroupR, 0,
                    T.Zero, run.Maps(g), run.P, shape.MapElements, images);
            }

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
            for (int n = 0; n < images; n++)
            {
                for (int g = 0; g < groups; g++)
                {
                    device.Api.Blas.Gemm(                                        // dW += dY Xᵀ, image after image
                        device.Blas, transposeA: true, transposeB: false, run.GroupR, run.GroupF, run.P,
                        T.One, run.Columns(g, n), run.P, run.Maps(g, n), run.P,
                        T.One, run.Weights(cardDW, g), run.GroupR);
                }
            }

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
            for (int g = 0; g < groups; g++)
            {
                device.Api.Blas.GemmBatch(                                       // dX = Wᵀ dY
                    device.Blas, transposeA: false, transposeB: true, run.P, run.GroupR, run.GroupF,
                    T.One, run.Maps(g), run.P, shape.MapElements, run.Weights(cardW, g), run.GroupR, 0,
                    T.Zero, run.Columns(g), run.P, shape.ColumnElements, images);
            }

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
