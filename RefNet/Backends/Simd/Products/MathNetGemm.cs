using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// The matrix product of whichever Math.NET provider is current when it is called: managed code by default, native
/// code or a GPU where the host has chosen such a provider. For float and double.
/// </summary>
/// <remarks>
/// Math.NET requires arrays of exact length in column-major order, so every call copies its operands into new arrays:
/// this is a bridge and a baseline. <see cref="SimdGemm{T}"/> is the fast managed one.
/// </remarks>
public sealed class MathNetGemm<T> : IGemm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "mathnet";

    // Row-major memory of C, read column by column, holds Cᵀ. So Math.NET computes Cᵀ = alpha Bᵀ Aᵀ + beta Cᵀ, and no
    // operand has to be transposed: row-major B is already what Math.NET calls Bᵀ.

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public void Multiply(T alpha, Matrix<T> a, Matrix<T> b, T beta, Matrix<T> c)
    {
        if (LinearAlgebraControl.Provider is not ILinearAlgebraProvider<T> provider)
            throw new NotSupportedException($"Math.NET multiplies matrices of float or double, not {typeof(T).Name}; use the reference backend instead.");

        Gemm.CheckExtents(a, b, c);
        if (c.Rows == 0 || c.Columns == 0)
            return;
        if (a.Columns == 0)
        {
            Scale(c, beta); // C = beta C: Math.NET refuses an empty sum
            return;
        }

        T[] product = beta == T.Zero ? new T[c.Rows * c.Columns] : RowMajor(c);
        (Transpose transposeB, T[] bValues, int bRows, int bColumns) = ColumnMajorTranspose(b);
        (Transpose transposeA, T[] aValues, int aRows, int aColumns) = ColumnMajorTranspose(a);
        provider.MatrixMultiplyWithUpdate(
            transposeB, transposeA, alpha, bValues, bRows, bColumns, aValues, aRows, aColumns, beta, product);

        for (int i = 0; i < c.Rows; i++)
        {
            for (int j = 0; j < c.Columns; j++)
                c[i, j] = product[i * c.Columns + j];
        }
    }

    private static void Scale(Matrix<T> c, T beta)
    {
        for (int i = 0; i < c.Rows; i++)
        {
            for (int j = 0; j < c.Columns; j++)
                c[i, j] = beta == T.Zero ? T.Zero : beta * c[i, j];
        }
    }

    // The transpose of a matrix for Math.NET: the values, the extents that they have in column-major order, and whether
    // Math.NET has to transpose them. A matrix that is itself a transpose is copied as stored and flagged as transposed.
    private static (Transpose, T[], int Rows, int Columns) ColumnMajorTranspose(Matrix<T> matrix)
    {
        bool isColumnMajor = matrix.RowStride == 1 && matrix.ColumnStride == matrix.Rows;
        return isColumnMajor
            ? (Transpose.Transpose, RowMajor(matrix.Transposed), matrix.Rows, matrix.Columns)
            : (Transpose.DontTranspose, RowMajor(matrix), matrix.Columns, matrix.Rows);
    }

    private static T[] RowMajor(Matrix<T> matrix)
    {
        int count = matrix.Rows * matrix.Columns;
        if (matrix.ColumnStride == 1 && matrix.RowStride == matrix.Columns)
            return matrix.Span[..count].ToArray();

        T[] values = new T[count];
        for (int i = 0; i < matrix.Rows; i++)
        {
            for (int j = 0; j < matrix.Columns; j++)
                values[i * matrix.Columns + j] = matrix[i, j];
        }

        return values;
    }
}
