using RefNet.Tensors;

namespace RefNet.Gpu;

// Matrix products: cuBLAS.
public sealed partial class CudaBackend<T>
{
    /// <inheritdoc/>
    public void Product(Factor<T> a, Factor<T> b, Tensor<T> c) => Product(a, b, T.Zero, Read(a.Tensor), Read(b.Tensor), Write(c));

    /// <inheritdoc/>
    public void AddProduct(Factor<T> a, Factor<T> b, Tensor<T> c) => Product(a, b, T.One, Read(a.Tensor), Read(b.Tensor), Change(c));

    // Row-major memory of C, read column by column as cuBLAS does, holds Cᵀ; and likewise for A and B. So cuBLAS
    // computes Cᵀ = Bᵀ Aᵀ + beta Cᵀ, and a transposed operand gets cuBLAS's T.
    private void Product(Factor<T> a, Factor<T> b, T beta, nint addressA, nint addressB, nint addressC)
    {
        (int m, int k, int n) = (a.Rows, a.Columns, b.Columns);
        using DeviceTurn turn = device.TakeTurn();
        device.Times?.Begin(StreamWork.Products);
        device.Api.Blas.Gemm(
            device.Blas, b.IsTransposed, a.IsTransposed, n, m, k,
            T.One, addressB, b.IsTransposed ? k : n, addressA, a.IsTransposed ? m : k, beta, addressC, n);
        device.Times?.End();
    }

    /// <summary>
    /// C = op(A) op(B) + beta C as cuBLAS sees them, column-major, for each image and each group: the larger of the two is one
    /// batch. Where all images add to one C, they are computed one after another.
    /// </summary>
    internal void Products(bool transposeA, bool transposeB, int m, int n, int k, Operand a, Operand b, T beta, Operand c, int images, int groups)
    {
        using DeviceTurn turn = device.TakeTurn();
        bool batchesImages = images > groups && c.ImageStride > 0;
        for (int i = 0; i < (batchesImages ? groups : images); i++)
        {
            (nint addressA, nint addressB, nint addressC) = batchesImages ? (a.Group<T>(i), b.Group<T>(i), c.Group<T>(i)) : (a.Image<T>(i), b.Image<T>(i), c.Image<T>(i));
            device.Times?.Begin(StreamWork.Products);
            if ((batchesImages ? images : groups) == 1)
            {
                // A batch of one is a plain product, for which cuBLAS has more algorithms.
                device.Api.Blas.Gemm(device.Blas, transposeA, transposeB, m, n, k, T.One, addressA, a.Stride, addressB, b.Stride, beta, addressC, c.Stride);
            }
            else if (batchesImages)
            {
                device.Api.Blas.GemmBatch(device.Blas, transposeA, transposeB, m, n, k,
                    T.One, addressA, a.Stride, a.ImageStride, addressB, b.Stride, b.ImageStride, beta, addressC, c.Stride, c.ImageStride, images);
            }
            else
            {
                device.Api.Blas.GemmBatch(device.Blas, transposeA, transposeB, m, n, k,
                    T.One, addressA, a.Stride, a.GroupStride, addressB, b.Stride, b.GroupStride, beta, addressC, c.Stride, c.GroupStride, groups);
            }

            device.Times?.End();
        }
    }
}

/// <summary>A matrix for each image and each group, row-major.</summary>
/// <param name="Address">The start of the first.</param>
/// <param name="Stride">The distance from one row to the next, in elements.</param>
/// <param name="ImageStride">The distance from one image to the next; 0 where all share one.</param>
/// <param name="GroupStride">The distance from one group to the next.</param>
internal readonly record struct Operand(nint Address, int Stride, long ImageStride, long GroupStride)
{
    /// <summary>The start of the first matrix of an image.</summary>
    public unsafe nint Image<T>(int n) where T : unmanaged => Address + (nint)(n * ImageStride * sizeof(T));

    /// <summary>The start of the first matrix of a group.</summary>
    public unsafe nint Group<T>(int g) where T : unmanaged => Address + (nint)(g * GroupStride * sizeof(T));
}
