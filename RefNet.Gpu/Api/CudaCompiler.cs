using System.Runtime.InteropServices;
using System.Text;

namespace RefNet.Gpu.Api;

/// <summary>NVRTC: compiles the source of kernels for the card that is there. Names and signatures are those of nvrtc.h.</summary>
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
    private readonly delegate* unmanaged[Cdecl]<int, byte*> getErrorString = (delegate* unmanaged[Cdecl]<int, byte*>)library["nvrtcGetErrorString"];

    /// <summary>The version of the compiler.</summary>
    public (int Major, int Minor) Version()
    {
        int major, minor;
        Check("nvrtcVersion", nvrtcVersion(&major, &minor));
        return (major, minor);
    }

    /// <summary>Compiles a source to the machine code of one generation of cards.</summary>
    /// <exception cref="CudaException">It does not compile; the message has the compiler's own.</exception>
    public byte[] Compile(string name, string source, params ReadOnlySpan<string> options)
    {
        nint program;
        fixed (byte* sourceBytes = ZeroTerminated(source), nameBytes = ZeroTerminated(name))
            Check("nvrtcCreateProgram", createProgram(&program, sourceBytes, nameBytes, 0, null, null));
        try
        {
            CompileProgram(program, options);
            nuint size;
            Check("nvrtcGetCUBINSize", getBinarySize(program, &size));
            byte[] binary = new byte[size];
            fixed (byte* bytes = binary)
                Check("nvrtcGetCUBIN", getBinary(program, bytes));
            return binary;
        }
        finally
        {
            _ = destroyProgram(&program);
        }
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
