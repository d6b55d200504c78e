using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Geometry;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>
/// Matrix products, and convolutions made of them, on an NVIDIA card by cuBLAS. Work that is not worth the way to the card
/// is left to <see cref="SimdGemm{T}"/>: <see cref="CostModel"/> decides by the shapes, <see cref="Decisions"/> tells.
/// </summary>
/// <remarks>
/// The same operands give the same bits: one queue, one cuBLAS, no atomic additions. Open one with <see
/// cref="CudaProbe.Open"/>. It may be called from several threads; one at a time has the card.
/// </remarks>
public sealed class CudaGemm : IConvolutionBackend<float>, IConvolutionBackend<double>, IDisposable
{
    private readonly ConcurrentDictionary<Work, Account> accounts = [];
    private readonly CostModel costs;

    internal CudaGemm(CudaDevice device, CudaOptions options)
    {
        Device = device;
        Options = options;
        costs = options.Costs;
        Kept = new KeptOperands(device, options.KeptBytes);
        try
        {
            using DeviceTurn turn = device.TakeTurn();
            device.Api.Blas.SetTf32(device.Blas, options.AllowTf32);
            turn.Failed += Kept.Forget;
            device.Closing += Kept.Clear;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="IGemm{T}.Name"/>
    public string Name => Options.AllowTf32 ? "cuda (TF32)" : "cuda";

    /// <summary>What the card is called.</summary>
    public string DeviceName => Device.Name;

    /// <summary>How it works.</summary>
    public CudaOptions Options { get; }

    /// <summary>What was done where, why, and how often.</summary>
    public IReadOnlyList<(Work Work, Decision Decision, long Count)> Decisions =>
        [.. accounts.Select(pair => (pair.Key, pair.Value.Decision, pair.Value.Count)).OrderBy(entry => entry.Key.Name.ToString(), StringComparer.Ordinal)];

    internal CudaDevice Device { get; }

    internal KeptOperands Kept { get; }

    /// <inheritdoc/>
    public void Multiply(float alpha, Matrix<float> a, Matrix<float> b, float beta, Matrix<float> c) => Multiply<float>(alpha, a, b, beta, c);

    /// <inheritdoc/>
    public void Multiply(double alpha, Matrix<double> a, Matrix<double> b, double beta, Matrix<double> c) => Multiply<double>(alpha, a, b, beta, c);

    /// <inheritdoc/>
    IConvolution<float> IConvolutionBackend<float>.Convolution(ConvolutionGeometry geometry, int groups) =>
        new CudaConvolution<float>(this, geometry, groups, Processor<float>.Products.Convolution(geometry, groups));

    /// <inheritdoc/>
    IConvolution<double> IConvolutionBackend<double>.Convolution(ConvolutionGeometry geometry, int groups) =>
        new CudaConvolution<double>(this, geometry, groups, Processor<double>.Products.Convolution(geometry, groups));

    /// <summary>Gives the card back.</summary>
    public void Dispose() => Device.Dispose();

    /// <summary>Whether work goes to the card, and takes note of it.</summary>
    internal bool GoesToCard(Work work)
    {
        Account account = accounts.GetOrAdd(work, static (work, costs) => new Account(costs.Decide(work)), costs);
        Interlocked.Increment(ref account.Count);
        return account.Decision.OnCard;
    }

    // Row-major memory of C, read column by column as cuBLAS does, holds Cᵀ; and likewise for A and B. So what is asked of
    // cuBLAS is Cᵀ = alpha Bᵀ Aᵀ + beta Cᵀ, where Bᵀ and Aᵀ are what it sees in the memory of B and A as they stand:
    //   gemm(opB, opA, n, m, k, alpha, B, ldb, A, lda, beta, C, ldc)
    // and an operand that lies there transposed is the one for which cuBLAS gets the T.
    private void Multiply<T>(T alpha, Matrix<T> a, Matrix<T> b, T beta, Matrix<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Gemm.CheckExtents(a, b, c);
        if (c.ColumnStride != 1 && c.RowStride == 1)
        {
            Multiply(alpha, b.Transposed, a.Transposed, beta, c.Transposed); // Cᵀ = Bᵀ Aᵀ, so that C is row-major
            return;
        }

        (int m, int k, int n) = (a.Rows, a.Columns, b.Columns);
        if (m == 0 || n == 0 || k == 0 || !GoesToCard(WorkOf<T>(m, k, n, readsC: beta != T.Zero)))
        {
            Processor<T>.Products.Multiply(alpha, a, b, beta, c);
            return;
        }

        using DeviceTurn turn = Device.TakeTurn();
        DeviceMatrix cardA = Kept.Upload(turn, a);
        DeviceMatrix cardB = Kept.Upload(turn, b);
        nint cardC = beta == T.Zero ? turn.Memory<T>((long)m * n) : turn.Upload(c).Address;
        turn.Multiply(
            cardB.IsTransposed, cardA.IsTransposed, n, m, k,
            alpha, cardB.Address, cardB.Stride, cardA.Address, cardA.Stride, beta, cardC, n);
        turn.Download(cardC, c);
    }

    private static Work WorkOf<T>(int m, int k, int n, bool readsC) where T : unmanaged =>
        new(new WorkName("product", 0, m, k, n), (long)m * n * k,
            ((long)m * k + (long)k * n + (readsC ? 2L : 1L) * m * n) * Unsafe.SizeOf<T>(), typeof(T) == typeof(double));

    private sealed class Account(Decision decision)
    {
        public long Count;

        public Decision Decision { get; } = decision;
    }

    private static class Processor<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static readonly IGemm<T> Products = new SimdGemm<T>();
    }
}
