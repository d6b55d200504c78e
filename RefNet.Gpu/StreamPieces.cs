using RefNet.Gpu.Api;

namespace RefNet.Gpu;

/// <summary>
/// A piece of work for the stream of a card: a function and its arguments. Two that are equal do the same, as long as the memory
/// that they use is not freed.
/// </summary>
internal interface IStreamPiece
{
    /// <summary>The kind of work.</summary>
    StreamWork Kind { get; }

    /// <summary>What it is, for tables of times.</summary>
    string Name { get; }

    /// <summary>Puts it into the stream, after all earlier work.</summary>
    void Issue(CudaDevice device);
}

/// <summary>A copy between pinned memory of the host and the card.</summary>
internal readonly record struct Transfer(bool ToCard, nint Card, nint Pinned, nint Bytes) : IStreamPiece
{
    /// <inheritdoc/>
    public StreamWork Kind => StreamWork.Copies;

    /// <inheritdoc/>
    public string Name => ToCard ? "copies to the card" : "copies to the host";

    /// <inheritdoc/>
    public void Issue(CudaDevice device)
    {
        if (ToCard)
            device.Api.Driver.CopyToDevice(Card, Pinned, Bytes, device.Stream);
        else
            device.Api.Driver.CopyToHost(Pinned, Card, Bytes, device.Stream);
    }
}

/// <summary>C = op(A) op(B) + beta C as cuBLAS sees them, column-major, as often as <paramref name="Count"/> says: see <see cref="CudaBlas.GemmBatch"/>.</summary>
internal readonly record struct MatrixProduct<T>(
    bool TransposeA, bool TransposeB, int M, int N, int K, BatchedMatrix A, BatchedMatrix B, T Beta, BatchedMatrix C, int Count = 1) : IStreamPiece where T : unmanaged, System.Numerics.INumber<T>
{
    /// <inheritdoc/>
    public StreamWork Kind => StreamWork.Products;

    /// <inheritdoc/>
    public string Name => $"{M} x {N} x {K}{(TransposeA ? ", Aᵀ" : "")}{(TransposeB ? ", Bᵀ" : "")}{(Count > 1 ? $", {Count} times" : "")}";

    /// <inheritdoc/>
    public void Issue(CudaDevice device)
    {
        CudaBlas blas = device.Api.Blas;
        // A batch of one is a plain product, for which cuBLAS has more algorithms.
        if (Count == 1)
            blas.Gemm(device.Blas, TransposeA, TransposeB, M, N, K, T.One, A.Address, A.Stride, B.Address, B.Stride, Beta, C.Address, C.Stride);
        else
        {
            blas.GemmBatch(device.Blas, TransposeA, TransposeB, M, N, K,
                T.One, A.Address, A.Stride, A.Step, B.Address, B.Stride, B.Step, Beta, C.Address, C.Stride, C.Step, Count);
        }
    }
}

/// <summary>The matrices of a batch.</summary>
/// <param name="Address">The start of the first.</param>
/// <param name="Stride">The distance from one row, or column, to the next, in elements.</param>
/// <param name="Step">The distance from one matrix to the next; 0 where all are the same.</param>
internal readonly record struct BatchedMatrix(nint Address, int Stride, long Step = 0);
