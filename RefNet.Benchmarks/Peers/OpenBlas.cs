using System.Runtime.InteropServices;

namespace RefNet.Benchmarks.Peers;

/// <summary>The native library that RefNet is measured against; RefNet itself never loads it.</summary>
internal sealed unsafe class OpenBlas
{
    private const int RowMajor = 101;
    private const int NoTranspose = 111;
    private const int Transpose = 112;

    private static readonly string[] names = ["libopenblas.so.0", "libopenblas.so", "libopenblas.dylib", "libopenblas.dll"];

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> sgemm;
    private readonly delegate* unmanaged<int, void> setThreads;
    private readonly delegate* unmanaged<byte*> config;

    private OpenBlas(nint library)
    {
        sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        setThreads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads");
        config = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "openblas_get_config");
    }

    /// <summary>Its version, and the processor that it detected.</summary>
    public string Description => Marshal.PtrToStringUTF8((nint)config()) ?? "";

    public int Threads { set => setThreads(value); }

    /// <summary>Loads the library, or says how to get it.</summary>
    public static OpenBlas? TryLoad(out string reason)
    {
        reason = "";
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
                return new OpenBlas(library);
        }

        reason = $"OpenBLAS was not found ({string.Join(", ", names)}); on Debian: apt-get install libopenblas0-pthread.";
        return null;
    }

    /// <summary>C = A B with row-major memory; an operand may be stored as its transpose.</summary>
    public void Multiply(int m, int n, int k, bool transposeA, float* a, bool transposeB, float* b, float* c) =>
        sgemm(RowMajor, transposeA ? Transpose : NoTranspose, transposeB ? Transpose : NoTranspose, m, n, k, 1, a, transposeA ? m : k, b, transposeB ? k : n, 0, c, n);
}
