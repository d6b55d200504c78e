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
        device.Do(new MatrixProduct<T>(
            b.IsTransposed, a.IsTransposed, n, m, k,
            new(addressB, b.IsTransposed ? k : n), new(addressA, a.IsTransposed ? m : k), beta, new(addressC, n)));
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
            device.Do(batchesImages
                ? new MatrixProduct<T>(transposeA, transposeB, m, n, k, a.Group<T>(i), b.Group<T>(i), beta, c.Group<T>(i), images)
                : new MatrixProduct<T>(transposeA, transposeB, m, n, k, a.Image<T>(i), b.Image<T>(i), beta, c.Image<T>(i), groups));
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
    /// <summary>The matrices of an image, one for each group.</summary>
    public unsafe BatchedMatrix Image<T>(int n) where T : unmanaged => new(Address + (nint)(n * ImageStride * sizeof(T)), Stride, GroupStride);

    /// <summary>The matrices of a group, one for each image.</summary>
    public unsafe BatchedMatrix Group<T>(int g) where T : unmanaged => new(Address + (nint)(g * GroupStride * sizeof(T)), Stride, ImageStride);
}
