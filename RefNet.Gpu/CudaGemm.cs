using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>
/// Matrix products of operands on the host, computed on an NVIDIA card by cuBLAS: each product sends the operands and fetches the result. For
/// Math.NET; a network computes with a <see cref="CudaBackend{T}"/>, whose tensors stay on the card.
/// </summary>
/// <remarks>
/// The same operands give the same bits: one stream, one cuBLAS. Open one with <see cref="CudaProbe.Open"/>. It may
/// be called from several threads; one at a time uses the card.
/// </remarks>
public sealed class CudaGemm : IGemm<float>, IGemm<double>, IDisposable
{
    internal CudaGemm(CudaDevice device, CudaOptions options)
    {
        Device = device;
        Options = options;
        try
        {
            using DeviceTurn turn = device.TakeTurn();
            device.Api.Blas.SetTf32(device.Blas, options.AllowTf32);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="IGemm{T}.Name"/>
    public string Name => Options.AllowTf32 ? "cuda (TF32)" : "cuda";

    /// <summary>The name of the card.</summary>
    public string DeviceName => Device.Name;

    /// <summary>The options.</summary>
    public CudaOptions Options { get; }

    internal CudaDevice Device { get; }

    /// <inheritdoc/>
    public void Multiply(float alpha, Matrix<float> a, Matrix<float> b, float beta, Matrix<float> c) => Multiply<float>(alpha, a, b, beta, c);

    /// <inheritdoc/>
    public void Multiply(double alpha, Matrix<double> a, Matrix<double> b, double beta, Matrix<double> c) => Multiply<double>(alpha, a, b, beta, c);

    /// <summary>Releases the card.</summary>
    public void Dispose() => Device.Dispose();

    // Row-major memory of C, read column by column as cuBLAS does, holds Cᵀ; and likewise for A and B. So cuBLAS
    // computes Cᵀ = alpha Bᵀ Aᵀ + beta Cᵀ, where Bᵀ and Aᵀ are what it sees in the unchanged memory of B and A:
    //   gemm(opB, opA, n, m, k, alpha, B, ldb, A, lda, beta, C, ldc)
    // and an operand that is stored transposed gets cuBLAS's T.
    private void Multiply<T>(T alpha, Matrix<T> a, Matrix<T> b, T beta, Matrix<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Gemm.CheckExtents(a, b, c);
        if (c.ColumnStride != 1 && c.RowStride == 1)
        {
            Multiply(alpha, b.Transposed, a.Transposed, beta, c.Transposed); // Cᵀ = Bᵀ Aᵀ, so that C is row-major
            return;
        }

        (int m, int k, int n) = (a.Rows, a.Columns, b.Columns);
        if (m == 0 || n == 0 || k == 0 || (long)m * n * k < Options.SmallestProduct)
        {
            Processor<T>.Products.Multiply(alpha, a, b, beta, c);
            return;
        }

        using DeviceTurn turn = Device.TakeTurn();
        DeviceMatrix cardA = turn.Upload(a);
        DeviceMatrix cardB = turn.Upload(b);
        nint cardC = beta == T.Zero ? turn.Memory<T>((long)m * n) : turn.Upload(c).Address;
        turn.Multiply(
            cardB.IsTransposed, cardA.IsTransposed, n, m, k,
            alpha, cardB.Address, cardB.Stride, cardA.Address, cardA.Stride, beta, cardC, n);
        turn.Download(cardC, c);
    }

    private static class Processor<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static readonly SimdGemm<T> Products = new();
    }
}
