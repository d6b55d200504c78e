using System.Runtime.InteropServices;

namespace RefNet.Gpu.Api;

/// <summary>
/// One of the three computations of a convolution. Their functions have different names, and the same parameters: the
/// descriptions of the two operands, of the convolution, and of the result.
/// </summary>
/// <param name="cudnn">For messages of errors.</param>
/// <param name="library">The library.</param>
/// <param name="name">The pass, as in the names of its functions: Forward, BackwardData or BackwardFilter.</param>
/// <param name="winograd">The numbers of Winograd's algorithm, in one kernel and in several.</param>
/// <param name="fourierTiles">The number of Fourier transforms of tiles.</param>
internal sealed unsafe class CudnnPass(Cudnn cudnn, NativeExports library, string name, (int Fused, int Separate) winograd, int fourierTiles)
{
    private const int MostAlgorithms = 16; // there are at most 8, each perhaps with two kinds of arithmetic

    private readonly string getAlgorithmName = $"cudnnGetConvolution{name}Algorithm_v7", getWorkspaceName = $"cudnnGetConvolution{name}WorkspaceSize", runName = $"cudnnConvolution{name}";
    private readonly delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, int, int*, CudnnAlgorithm*, int> getAlgorithm =
        (delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, int, int*, CudnnAlgorithm*, int>)library[$"cudnnGetConvolution{name}Algorithm_v7"];
    private readonly delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, int, nuint*, int> getWorkspace =
        (delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, int, nuint*, int>)library[$"cudnnGetConvolution{name}WorkspaceSize"];
    private readonly delegate* unmanaged[Cdecl]<nint, void*, nint, nint, nint, nint, nint, int, nint, nuint, void*, nint, nint, int> run =
        (delegate* unmanaged[Cdecl]<nint, void*, nint, nint, nint, nint, nint, int, nint, nuint, void*, nint, nint, int>)library[$"cudnnConvolution{name}"];

    /// <summary>The pass, as in the names of its functions: Forward, BackwardData or BackwardFilter.</summary>
    public string Name => name;

    /// <summary>Whether an algorithm is Winograd's.</summary>
    public bool IsWinograd(int algorithm) => algorithm == winograd.Fused || algorithm == winograd.Separate;

    /// <summary>Whether an algorithm multiplies Fourier transforms of tiles.</summary>
    public bool IsFourierTiles(int algorithm) => algorithm == fourierTiles;

    /// <summary>The algorithms for these shapes, by the speed that cuDNN expects, which does not depend on measurements; empty where it has none.</summary>
    public CudnnAlgorithm[] Algorithms(nint handle, nint first, nint second, nint convolution, nint result)
    {
        CudnnAlgorithm[] algorithms = new CudnnAlgorithm[MostAlgorithms];
        int count = 0, status;
        fixed (CudnnAlgorithm* places = algorithms)
            status = getAlgorithm(handle, first, second, convolution, result, MostAlgorithms, &count, places);
        return IsSupported(getAlgorithmName, status) ? algorithms[..count] : [];
    }

    /// <summary>The bytes of workspace that an algorithm needs; null where it does not support these shapes.</summary>
    public long? Workspace(nint handle, nint first, nint second, nint convolution, nint result, int algorithm)
    {
        nuint bytes = 0;
        int status = getWorkspace(handle, first, second, convolution, result, algorithm, &bytes);
        return IsSupported(getWorkspaceName, status) ? (long)bytes : null;
    }

    /// <summary>result = computed + beta result, in stream order; a beta of 0 means that the result is only written.</summary>
    public void Run<T>(
        nint handle, (nint Description, nint Address) first, (nint Description, nint Address) second, nint convolution,
        int algorithm, nint workspace, long workspaceBytes, bool adds, (nint Description, nint Address) result) where T : unmanaged
    {
        // The factors are float for float and double for double.
        (float one, float beta) = (1, adds ? 1 : 0);
        (double wideOne, double wideBeta) = (one, beta);
        bool isFloat = typeof(T) == typeof(float);
        cudnn.Check(runName, run(
            handle, isFloat ? &one : &wideOne, first.Description, first.Address, second.Description, second.Address, convolution,
            algorithm, workspace, (nuint)workspaceBytes, isFloat ? &beta : &wideBeta, result.Description, result.Address));
    }

    // CUDNN_STATUS_NOT_SUPPORTED: 9 in version 8, and in version 9 one of a range for different reasons.
    private bool IsSupported(string call, int status)
    {
        if (status is 9 or (>= 3000 and < 4000))
            return false;
        cudnn.Check(call, status);
        return true;
    }
}

/// <summary>cudnnConvolutionFwdAlgoPerf_t and its two siblings, which have the same fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct CudnnAlgorithm
{
    /// <summary>The number of the algorithm within its pass.</summary>
    public int Number { get; init; }

    /// <summary>0 where it can be used.</summary>
    public int Status { get; init; }

    /// <summary>Milliseconds, where it was measured.</summary>
    public float Time { get; init; }

    /// <summary>Bytes of workspace.</summary>
    public nuint Memory { get; init; }

    /// <summary>1 where the same operands give the same bits. Those that add atomically do not: BWD_DATA_ALGO_0, BWD_FILTER_ALGO_0 and _3.</summary>
    public int Determinism { get; init; }

    /// <summary>The arithmetic that the convolution has to have for it.</summary>
    public CudnnMath Math { get; init; }

    private readonly int reserved0, reserved1, reserved2;
}
