using System.Buffers;
using System.Numerics;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>The managed matrix product of the engine: rows of C are sums of rows of B, a vector register at a time.</summary>
public sealed class SimdGemm<T> : IGemm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "simd";

    /// <inheritdoc/>
    public void Multiply(T alpha, Matrix<T> a, Matrix<T> b, T beta, Matrix<T> c)
    {
        Gemm.CheckExtents(a, b, c);
        T[] bMemory = ArrayPool<T>.Shared.Rent(b.Rows * b.Columns + b.Columns);
        Matrix<T> rowsOfB = new(bMemory, b.Rows, b.Columns);
        for (int k = 0; k < b.Rows; k++)
        {
            for (int j = 0; j < b.Columns; j++)
                rowsOfB[k, j] = b[k, j];
        }

        Span<T> sum = bMemory.AsSpan(b.Rows * b.Columns, b.Columns);
        for (int i = 0; i < c.Rows; i++)
        {
            sum.Clear();
            for (int k = 0; k < b.Rows; k++)
                TensorPrimitives.MultiplyAdd(rowsOfB.Row(k), a[i, k], sum, sum); // sum += a_ik b_k
            for (int j = 0; j < c.Columns; j++)
                c[i, j] = beta == T.Zero ? alpha * sum[j] : alpha * sum[j] + beta * c[i, j];
        }

        ArrayPool<T>.Shared.Return(bMemory);
    }
}
