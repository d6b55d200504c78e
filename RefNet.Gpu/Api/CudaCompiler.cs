using System.Runtime.InteropServices;
using System.Text;

namespace RefNet.Gpu.Api;

/// <summary>NVRTC: compiles the source of kernels for the present card. Names and signatures are those of nvrtc.h.</summary>
internal sealed unsafe class CudaCompiler(NativeExports library)
{
    private readonly delegate* unmanaged[Cdecl]<int*, int*, int> nvrtcVersion = (delegate* unmanaged[Cdecl]<int*, int*, int>)library["nvrtcVersion"];
    private readonly delegate* unmanaged[Cdecl]<nint*, byte*, byte*, int, byte**, byte**, int> createProgram =
        (delegate* unmanaged[Cdecl]<nint*, byte*, byte*, int, byte**, byte**, int>)library["nvrtcCreateProgram"];
    private readonly delegate* unmanaged[Cdecl]<nint*, int> destroyProgram = (delegate* unmanaged[Cdecl]<nint*, int>)library["nvrtcDestroyProgram"];
    private readonly delegate* unmanaged[Cdecl]<nint, int, byte**, int> compileProgram = (delegate* unmanaged[Cdecl]<nint, int, byte**, int>)library["nvrtcCompileProgram"];
    private readonly delegate* unmanaged[Cdecl]<nint, nuint*, int> getLogSize = (delegate* unmanaged[Cdecl]<nint, nuint*, int>)library["nvrtcGetProgramLogSize"];
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int> getLog = (delegate* unmanaged[Cdecl]<nint, byte*, int>)library["nvrtcGetProgramLog"];
    private readonly delegate* unmanaged[Cdecl]<nint, nuint*, int> getBinarySize = (delegate* unmanaged[Cdecl]<nint, nuint*, int>)library["nvrtcGetCUBINSize"];
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int> getBinary = (delegate* unmanaged[Cdecl]<nint, byte*, int>)library["nvrtcGetCUBIN"];
    private readonly delegate* unmanaged[Cdecl]<nint, nuint*, int> getPtxSize = (delegate* unmanaged[Cdecl]<nint, nuint*, int>)library["nvrtcGetPTXSize"];
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int> getPtx = (delegate* unmanaged[Cdecl]<nint, byte*, int>)library["nvrtcGetPTX"];
    private readonly delegate* unmanaged[Cdecl]<int*, int> getNumSupportedArchs = (delegate* unmanaged[Cdecl]<int*, int>)library["nvrtcGetNumSupportedArchs"];
    private readonly delegate* unmanaged[Cdecl]<int*, int> getSupportedArchs = (delegate* unmanaged[Cdecl]<int*, int>)library["nvrtcGetSupportedArchs"];
    // TX1, TX2, Xavier, Orin and Thor, the last with two numbers.
    private static readonly int[] embedded = [53, 62, 72, 87, 101, 110];

    // Compiling takes a large fraction of a second, and every opened device needs the same kernels.
    private readonly Dictionary<string, byte[]> compiled = [];
    private readonly Lock gate = new();

    private readonly delegate* unmanaged[Cdecl]<int, byte*> getErrorString = (delegate* unmanaged[Cdecl]<int, byte*>)library["nvrtcGetErrorString"];

    /// <summary>The version of the compiler.</summary>
    public (int Major, int Minor) Version()
    {
        int major, minor;
        Check("nvrtcVersion", nvrtcVersion(&major, &minor));
        return (major, minor);
    }

    /// <summary>
    /// The target for a card of this generation: its own machine code or, where this compiler does not know the card,
    /// PTX of an older one, which the driver translates. Machine code of another card with the same major number
    /// would run too, but only between desktop cards: embedded boards (8.7 is Orin) are different.
    /// </summary>
    /// <returns>Such as sm_90, or compute_90 for PTX.</returns>
    /// <exception cref="CudaException">The card is too old for this compiler.</exception>
    public string ArchitectureFor(int major, int minor)
    {
        int count;
        Check("nvrtcGetNumSupportedArchs", getNumSupportedArchs(&count));
        int[] known = new int[count];
        fixed (int* numbers = known)
            Check("nvrtcGetSupportedArchs", getSupportedArchs(numbers));

        int card = 10 * major + minor;
        if (known.Contains(card))
            return $"sm_{card}";
        int best = known.Where(number => number < card && !embedded.Contains(number)).DefaultIfEmpty().Max();
        if (best == 0)
        {
            (int compilerMajor, int compilerMinor) = Version();
            throw new CudaException($"The card has compute capability {major}.{minor}, and NVRTC {compilerMajor}.{compilerMinor} compiles for {known.Min() / 10}.{known.Min() % 10} and newer: use an older CUDA toolkit.");
        }

        return $"compute_{best}";
    }

    /// <summary>Compiles a source, unless it was compiled in the same way before.</summary>
    /// <param name="name">The name of the source in messages.</param>
    /// <param name="source">C++ with CUDA's extensions.</param>
    /// <param name="architecture">See <see cref="ArchitectureFor"/>.</param>
    /// <param name="options">Further options.</param>
    /// <returns>Machine code or PTX for the driver to load.</returns>
    /// <exception cref="CudaException">It does not compile; the message includes the compiler's.</exception>
    public byte[] Compile(string name, string source, string architecture, params ReadOnlySpan<string> options)
    {
        string key = string.Join('\0', [architecture, .. options, source]);
        lock (gate)
        {
            if (!compiled.TryGetValue(key, out byte[]? code))
                compiled.Add(key, code = CompileAnew(name, source, architecture, options));
            return code;
        }
    }

    private byte[] CompileAnew(string name, string source, string architecture, ReadOnlySpan<string> options)
    {
        nint program;
        fixed (byte* sourceBytes = ZeroTerminated(source), nameBytes = ZeroTerminated(name))
            Check("nvrtcCreateProgram", createProgram(&program, sourceBytes, nameBytes, 0, null, null));
        try
        {
            CompileProgram(program, [$"--gpu-architecture={architecture}", .. options]);
            return architecture.StartsWith("sm_", StringComparison.Ordinal)
                ? Result(program, "nvrtcGetCUBINSize", getBinarySize, "nvrtcGetCUBIN", getBinary)
                : Result(program, "nvrtcGetPTXSize", getPtxSize, "nvrtcGetPTX", getPtx);
        }
        finally
        {
            _ = destroyProgram(&program);
        }
    }

    private byte[] Result(
        nint program, string sizeCall, delegate* unmanaged[Cdecl]<nint, nuint*, int> getSize, string call, delegate* unmanaged[Cdecl]<nint, byte*, int> get)
    {
        nuint size;
        Check(sizeCall, getSize(program, &size));
        byte[] result = new byte[size];
        fixed (byte* bytes = result)
            Check(call, get(program, bytes));
        return result;
    }

    private void CompileProgram(nint program, ReadOnlySpan<string> options)
    {
        byte** texts = stackalloc byte*[options.Length];
        for (int i = 0; i < options.Length; i++)
            texts[i] = (byte*)Marshal.StringToCoTaskMemUTF8(options[i]);
        int status = compileProgram(program, options.Length, texts);
        for (int i = 0; i < options.Length; i++)
            Marshal.FreeCoTaskMem((nint)texts[i]);
        if (status != 0)
            throw new CudaException("nvrtcCompileProgram", status, $"{Text(getErrorString(status))}. {Log(program)}".TrimEnd());
    }

    private string Log(nint program)
    {
        nuint size;
        if (getLogSize(program, &size) != 0 || size == 0)
            return "";
        byte[] log = new byte[size];
        fixed (byte* bytes = log)
            return getLog(program, bytes) == 0 ? Text(bytes).Trim() : "";
    }

    private void Check(string call, int status)
    {
        if (status != 0)
            throw new CudaException(call, status, Text(getErrorString(status)));
    }

    private static byte[] ZeroTerminated(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static string Text(byte* zeroTerminated) => Marshal.PtrToStringUTF8((nint)zeroTerminated) ?? "";
}
