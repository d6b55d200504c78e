using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using RefNet.Backends.Simd;
using RefNet.Tensors;

namespace RefNet.Gpu.MathNet;

/// <summary>
/// Math.NET on an NVIDIA card: its products of real matrices are computed by <see cref="CudaGemm"/>, everything else by its
/// managed provider. A program selects it with <c>LinearAlgebraControl.Provider = new CudaLinearAlgebraProvider(gemm)</c>.
/// </summary>
/// <remarks>
/// Math.NET's decompositions have loops of their own and gain nothing. The other files of this class forward the calls, one file
/// per type of numbers. Calls that the managed provider would refuse are forwarded to it, so that its errors are unchanged.
/// </remarks>
/// <param name="gemm">The card; its owner disposes of it once Math.NET has another provider.</param>
public sealed partial class CudaLinearAlgebraProvider(CudaGemm gemm) : ILinearAlgebraProvider
{
    private readonly ManagedLinearAlgebraProvider managed = ManagedLinearAlgebraProvider.Instance;

    /// <inheritdoc/>
    public bool IsAvailable() => true;

    /// <inheritdoc/>
    public void InitializeVerify() => managed.InitializeVerify();

    /// <inheritdoc/>
    public void FreeResources() => managed.FreeResources();

    /// <summary>Such as: CUDA (NVIDIA H200).</summary>
    public override string ToString() => $"CUDA ({gemm.DeviceName})";

    /// <inheritdoc/>
    public void MatrixMultiply(double[] x, int rowsX, int columnsX, double[] y, int rowsY, int columnsY, double[] result)
    {
        if (!TryMultiply(gemm, Transpose.DontTranspose, Transpose.DontTranspose, 1, x, rowsX, columnsX, y, rowsY, columnsY, 0, result))
            managed.MatrixMultiply(x, rowsX, columnsX, y, rowsY, columnsY, result);
    }

    /// <inheritdoc/>
    public void MatrixMultiply(float[] x, int rowsX, int columnsX, float[] y, int rowsY, int columnsY, float[] result)
    {
        if (!TryMultiply(gemm, Transpose.DontTranspose, Transpose.DontTranspose, 1, x, rowsX, columnsX, y, rowsY, columnsY, 0, result))
            managed.MatrixMultiply(x, rowsX, columnsX, y, rowsY, columnsY, result);
    }

    /// <inheritdoc/>
    public void MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, double alpha, double[] a, int rowsA, int columnsA, double[] b, int rowsB, int columnsB, double beta, double[] c)
    {
        if (!TryMultiply(gemm, transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c))
            managed.MatrixMultiplyWithUpdate(transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c);
    }

    /// <inheritdoc/>
    public void MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, float alpha, float[] a, int rowsA, int columnsA, float[] b, int rowsB, int columnsB, float beta, float[] c)
    {
        if (!TryMultiply(gemm, transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c))
            managed.MatrixMultiplyWithUpdate(transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c);
    }

    // Rows and columns are those of the arrays, which are column-major.
    private static bool TryMultiply<T>(
        IGemm<T> gemm, Transpose transposeA, Transpose transposeB, T alpha, T[] a, int rowsA, int columnsA, T[] b, int rowsB, int columnsB, T beta, T[] c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Holds(a, rowsA, columnsA) || !Holds(b, rowsB, columnsB))
            return false;
        (a, b) = (ReferenceEquals(a, c) ? [.. a] : a, ReferenceEquals(b, c) ? [.. b] : b); // the result may be an operand

        Matrix<T> opA = transposeA == Transpose.DontTranspose ? ColumnMajor(a, rowsA, columnsA) : ColumnMajor(a, rowsA, columnsA).Transposed;
        Matrix<T> opB = transposeB == Transpose.DontTranspose ? ColumnMajor(b, rowsB, columnsB) : ColumnMajor(b, rowsB, columnsB).Transposed;
        if (opA.Columns != opB.Rows || !Holds(c, opA.Rows, opB.Columns))
            return false;

        gemm.Multiply(alpha, opA, opB, beta, ColumnMajor(c, opA.Rows, opB.Columns));
        return true;
    }

    private static bool Holds<T>(T[] array, int rows, int columns) => array is not null && rows > 0 && columns > 0 && array.Length == (long)rows * columns;

    private static Matrix<T> ColumnMajor<T>(T[] array, int rows, int columns) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(array, rows, columns, 1, rows);
}
