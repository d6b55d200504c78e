namespace RefNet.Gpu.Api;

/// <summary>
/// cuBLAS: NVIDIA's matrix products. Matrices are column-major, as in Fortran: element (i, j) is at i + j * leading
/// dimension. Names and signatures are those of cublas_v2.h.
/// </summary>
internal sealed unsafe class CudaBlas(NativeExports library)
{
    private const int DefaultMath = 0;
    private const int Tf32Math = 3;

    private readonly delegate* unmanaged[Cdecl]<nint*, int> create = (delegate* unmanaged[Cdecl]<nint*, int>)library["cublasCreate_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint, int> destroy = (delegate* unmanaged[Cdecl]<nint, int>)library["cublasDestroy_v2"];
    private readonly delegate* unmanaged[Cdecl]<int, int*, int> getProperty = (delegate* unmanaged[Cdecl]<int, int*, int>)library["cublasGetProperty"];
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int> setStream = (delegate* unmanaged[Cdecl]<nint, nint, int>)library["cublasSetStream_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint, nint, nuint, int> setWorkspace = (delegate* unmanaged[Cdecl]<nint, nint, nuint, int>)library["cublasSetWorkspace_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint, int, int> setMathMode = (delegate* unmanaged[Cdecl]<nint, int, int>)library["cublasSetMathMode"];
    private readonly delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, float*, nint, int, nint, int, float*, nint, int, int> sgemm =
        (delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, float*, nint, int, nint, int, float*, nint, int, int>)library["cublasSgemm_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, double*, nint, int, nint, int, double*, nint, int, int> dgemm =
        (delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, double*, nint, int, nint, int, double*, nint, int, int>)library["cublasDgemm_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, float*, nint, int, long, nint, int, long, float*, nint, int, long, int, int> sgemmBatch =
        (delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, float*, nint, int, long, nint, int, long, float*, nint, int, long, int, int>)library["cublasSgemmStridedBatched"];
    private readonly delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, double*, nint, int, long, nint, int, long, double*, nint, int, long, int, int> dgemmBatch =
        (delegate* unmanaged[Cdecl]<nint, int, int, int, int, int, double*, nint, int, long, nint, int, long, double*, nint, int, long, int, int>)library["cublasDgemmStridedBatched"];

    /// <summary>Starts cuBLAS in the current context.</summary>
    public nint Create()
    {
        nint handle;
        Check("cublasCreate_v2", create(&handle));
        return handle;
    }

    /// <summary>The version of the library.</summary>
    public (int Major, int Minor) Version() => (Property(0), Property(1));

    /// <summary>Sets the stream of the products.</summary>
    public void SetStream(nint handle, nint stream) => Check("cublasSetStream_v2", setStream(handle, stream));

    /// <summary>Sets the memory of the card that products may use, in place of cuBLAS's own; setting the stream takes it away again.</summary>
    public void SetWorkspace(nint handle, nint workspace, nint bytes) => Check("cublasSetWorkspace_v2", setWorkspace(handle, workspace, (nuint)bytes));

    /// <summary>Lets products of float round their operands to TF32 (10 bits of mantissa instead of 23), or not.</summary>
    public void SetTf32(nint handle, bool allowed) => Check("cublasSetMathMode", setMathMode(handle, allowed ? Tf32Math : DefaultMath));

    /// <summary>C = alpha op(A) op(B) + beta C, column-major; C is m x n, op(A) m x k, op(B) k x n.</summary>
    public void Gemm<T>(
        nint handle, bool transposeA, bool transposeB, int m, int n, int k,
        T alpha, nint a, int lda, nint b, int ldb, T beta, nint c, int ldc) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            Check("cublasSgemm_v2", sgemm(handle, Op(transposeA), Op(transposeB), m, n, k, (float*)&alpha, a, lda, b, ldb, (float*)&beta, c, ldc));
        else
            Check("cublasDgemm_v2", dgemm(handle, Op(transposeA), Op(transposeB), m, n, k, (double*)&alpha, a, lda, b, ldb, (double*)&beta, c, ldc));
    }

    /// <summary>The same product <paramref name="count"/> times, with operands a stride apart; a stride of 0 means one operand for all.</summary>
    public void GemmBatch<T>(
        nint handle, bool transposeA, bool transposeB, int m, int n, int k,
        T alpha, nint a, int lda, long strideA, nint b, int ldb, long strideB, T beta, nint c, int ldc, long strideC, int count) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Check("cublasSgemmStridedBatched", sgemmBatch(
                handle, Op(transposeA), Op(transposeB), m, n, k, (float*)&alpha, a, lda, strideA, b, ldb, strideB, (float*)&beta, c, ldc, strideC, count));
        }
        else
        {
            Check("cublasDgemmStridedBatched", dgemmBatch(
                handle, Op(transposeA), Op(transposeB), m, n, k, (double*)&alpha, a, lda, strideA, b, ldb, strideB, (double*)&beta, c, ldc, strideC, count));
        }
    }

    /// <summary>Ends cuBLAS; it never throws.</summary>
    public void Destroy(nint handle) => _ = destroy(handle);

    private int Property(int which)
    {
        int value;
        Check("cublasGetProperty", getProperty(which, &value));
        return value;
    }

    private static int Op(bool transpose) => transpose ? 1 : 0;

    private static void Check(string call, int status)
    {
        if (status != 0)
            throw new CudaException(call, status, Meaning(status));
    }

    // From cublas_api.h; in our own words, because older versions have no function for it.
    private static string Meaning(int status) => status switch
    {
        1 => "CUBLAS_STATUS_NOT_INITIALIZED, the driver or the card could not be set up for cuBLAS",
        3 => "CUBLAS_STATUS_ALLOC_FAILED, cuBLAS found no memory on the card",
        7 => "CUBLAS_STATUS_INVALID_VALUE, an extent or leading dimension does not fit",
        8 => "CUBLAS_STATUS_ARCH_MISMATCH, this card is too old for the product",
        11 => "CUBLAS_STATUS_MAPPING_ERROR, cuBLAS could not reach memory of the card",
        13 => "CUBLAS_STATUS_EXECUTION_FAILED, the product could not be run on the card",
        14 => "CUBLAS_STATUS_INTERNAL_ERROR, something went wrong within cuBLAS",
        15 => "CUBLAS_STATUS_NOT_SUPPORTED, this cuBLAS does not have the product",
        16 => "CUBLAS_STATUS_LICENSE_ERROR, the licence of cuBLAS could not be checked",
        _ => "a status that RefNet does not know",
    };
}
