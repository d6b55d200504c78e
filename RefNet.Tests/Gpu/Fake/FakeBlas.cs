using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RefNet.Backends.Simd;
using RefNet.Tensors;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>The functions of cuBLAS that RefNet calls, under the names of cublas_v2.h: column-major, by the definition of the product.</summary>
internal static unsafe class FakeBlas
{
    private const int NotInitialized = 1;
    private const int InvalidValue = 7;
    private const long LargeProduct = 1 << 20;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cublasGetProperty(int which, int* value)
    {
        *value = which == 0 ? 13 : 2;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cublasCreate_v2(nint* handle) => FakeCuda.Call(nameof(cublasCreate_v2), fake =>
    {
        *handle = fake.Make("cublas");
        return 0;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cublasDestroy_v2(nint handle) => FakeCuda.Call(nameof(cublasDestroy_v2), fake => fake.GiveBack("cublas", handle));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cublasSetStream_v2(nint handle, nint stream) => FakeCuda.Call(nameof(cublasSetStream_v2), fake =>
    {
        if (!fake.Has("cublas", handle))
            return NotInitialized;
        fake.SetStream(handle, stream);
        fake.SetWorkspace(handle, 0, 0); // as cuBLAS does
        return fake.Has("stream", stream) ? 0 : InvalidValue;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cublasSetWorkspace_v2(nint handle, nint workspace, nuint bytes) => FakeCuda.Call(nameof(cublasSetWorkspace_v2), fake =>
    {
        if (!fake.Has("cublas", handle))
            return NotInitialized;
        if (workspace % 256 != 0)
            return InvalidValue;
        fake.Memory(FakeDriver.Card, workspace, (long)bytes);
        fake.SetWorkspace(handle, workspace, (long)bytes);
        return 0;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cublasSetMathMode(nint handle, int mode) => FakeCuda.Call(nameof(cublasSetMathMode), fake =>
    {
        fake.Products.Add($"math mode {mode}");
        return fake.Has("cublas", handle) ? 0 : NotInitialized;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cublasSgemm_v2(
        nint handle, int opA, int opB, int m, int n, int k, float* alpha, nint a, int lda, nint b, int ldb, float* beta, nint c, int ldc) =>
        Gemm(nameof(cublasSgemm_v2), handle, opA, opB, m, n, k, *alpha, a, lda, 0, b, ldb, 0, *beta, c, ldc, 0, 1);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cublasDgemm_v2(
        nint handle, int opA, int opB, int m, int n, int k, double* alpha, nint a, int lda, nint b, int ldb, double* beta, nint c, int ldc) =>
        Gemm(nameof(cublasDgemm_v2), handle, opA, opB, m, n, k, *alpha, a, lda, 0, b, ldb, 0, *beta, c, ldc, 0, 1);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cublasSgemmStridedBatched(
        nint handle, int opA, int opB, int m, int n, int k, float* alpha,
        nint a, int lda, long strideA, nint b, int ldb, long strideB, float* beta, nint c, int ldc, long strideC, int count) =>
        Gemm(nameof(cublasSgemmStridedBatched), handle, opA, opB, m, n, k, *alpha, a, lda, strideA, b, ldb, strideB, *beta, c, ldc, strideC, count);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cublasDgemmStridedBatched(
        nint handle, int opA, int opB, int m, int n, int k, double* alpha,
        nint a, int lda, long strideA, nint b, int ldb, long strideB, double* beta, nint c, int ldc, long strideC, int count) =>
        Gemm(nameof(cublasDgemmStridedBatched), handle, opA, opB, m, n, k, *alpha, a, lda, strideA, b, ldb, strideB, *beta, c, ldc, strideC, count);

    private static int Gemm<T>(
        string call, nint handle, int opA, int opB, int m, int n, int k, T alpha, nint a, int lda, long strideA,
        nint b, int ldb, long strideB, T beta, nint c, int ldc, long strideC, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        FakeCuda.Call(call, fake =>
        {
            if (!fake.Has("cublas", handle))
                return NotInitialized;
            if (!fake.HasStream(handle))
                throw new InvalidOperationException("The product stands in another queue than the copies, which do not wait for it.");
            (int rowsA, int columnsA) = opA == 0 ? (m, k) : (k, m);
            (int rowsB, int columnsB) = opB == 0 ? (k, n) : (n, k);
            fake.Products.Add($"{"NT"[opA]}{"NT"[opB]} m{m} n{n} k{k} lda{lda} ldb{ldb} ldc{ldc} x{count}");
            if (m < 0 || n < 0 || k < 0 || lda < Math.Max(1, rowsA) || ldb < Math.Max(1, rowsB) || ldc < Math.Max(1, m) || count < 0)
                return InvalidValue;
            Action useWorkspace = fake.UseWorkspace(handle);
            return fake.Enqueue(call, () =>
            {
                useWorkspace();
                // The definition; large products by the engine's own, which its tests hold to the definition.
                SimdGemm<T>? gemm = (long)m * n * k < LargeProduct ? null : new SimdGemm<T>();
                for (int i = 0; i < count; i++)
                {
                    Matrix<T> matrixA = ColumnMajor(fake, a, i * strideA, rowsA, columnsA, lda);
                    Matrix<T> matrixB = ColumnMajor(fake, b, i * strideB, rowsB, columnsB, ldb);
                    matrixA = opA == 0 ? matrixA : matrixA.Transposed;
                    matrixB = opB == 0 ? matrixB : matrixB.Transposed;
                    Matrix<T> matrixC = ColumnMajor(fake, c, i * strideC, m, n, ldc);
                    if (gemm is null)
                        Multiply(alpha, matrixA, matrixB, beta, matrixC);
                    else
                        gemm.Multiply(alpha, matrixA, matrixB, beta, matrixC);
                }
            });

            Matrix<T> ColumnMajor(FakeCuda fake, nint address, long offset, int rows, int columns, int leadingDimension)
            {
                int elements = (columns - 1) * leadingDimension + rows;
                void* memory = fake.Memory(FakeDriver.Card, address + (nint)offset * sizeof(T), elements * (long)sizeof(T));
                return new Matrix<T>(new Span<T>(memory, elements), rows, columns, 1, leadingDimension);
            }
        });

    // C = alpha A B + beta C, where a beta of 0 clears C, whatever it holds.
    private static void Multiply<T>(T alpha, Matrix<T> a, Matrix<T> b, T beta, Matrix<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < c.Rows; i++)
        {
            for (int j = 0; j < c.Columns; j++)
            {
                T sum = T.Zero;
                for (int k = 0; k < a.Columns; k++)
                    sum += a[i, k] * b[k, j];
                c[i, j] = alpha * sum + (beta == T.Zero ? T.Zero : beta * c[i, j]);
            }
        }
    }
}
