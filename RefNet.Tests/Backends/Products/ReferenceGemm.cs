using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Tensors;

namespace RefNet.Tests.Backends;

/// <summary>The matrix product as its definition says, three loops: the judge of the fast ones.</summary>
public sealed class ReferenceGemm<T> : IGemm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public string Name => "reference";

    public void Multiply(T alpha, Matrix<T> a, Matrix<T> b, T beta, Matrix<T> c)
    {
        Gemm.CheckExtents(a, b, c);
        for (int i = 0; i < c.Rows; i++)
        {
            for (int j = 0; j < c.Columns; j++)
            {
                T sum = T.Zero;
                for (int k = 0; k < a.Columns; k++)
                    sum += a[i, k] * b[k, j];
                c[i, j] = beta == T.Zero ? alpha * sum : alpha * sum + beta * c[i, j];
            }
        }
    }
}
