using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>The functions of NVRTC that RefNet calls, under the names of nvrtc.h. What it compiles to is the name of the type.</summary>
internal static unsafe class FakeCompiler
{
    private const int CompilationFailed = 6;

    private static readonly nint someText = Marshal.StringToCoTaskMemUTF8("NVRTC_ERROR_OF_A_TEST");

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcVersion(int* major, int* minor)
    {
        (*major, *minor) = (13, 2);
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcCreateProgram(nint* program, byte* source, byte* name, int headers, byte** headerSources, byte** headerNames) =>
        FakeCuda.Call(nameof(nvrtcCreateProgram), fake =>
        {
            *program = fake.Make("program");
            return Marshal.PtrToStringUTF8((nint)source)!.Contains("__global__", StringComparison.Ordinal) ? 0 : CompilationFailed;
        }, needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcDestroyProgram(nint* program) => FakeCuda.Call(nameof(nvrtcDestroyProgram), fake => fake.GiveBack("program", *program), needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcCompileProgram(nint program, int count, byte** options) => FakeCuda.Call(nameof(nvrtcCompileProgram), fake =>
    {
        fake.CompilerOptions.Clear();
        for (int i = 0; i < count; i++)
            fake.CompilerOptions.Add(Marshal.PtrToStringUTF8((nint)options[i])!);
        return fake.CompilerLog is null ? 0 : CompilationFailed;
    }, needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetProgramLogSize(nint program, nuint* size) => Size(FakeCuda.Current.CompilerLog ?? "", size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetProgramLog(nint program, byte* log) => Text(FakeCuda.Current.CompilerLog ?? "", log);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetCUBINSize(nint program, nuint* size) => FakeCuda.Call(nameof(nvrtcGetCUBINSize), fake => Size(Binary(fake), size), needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetCUBIN(nint program, byte* binary) => FakeCuda.Call(nameof(nvrtcGetCUBIN), fake => Text(Binary(fake), binary), needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static nint nvrtcGetErrorString(int status) => someText;

    private static string Binary(FakeCuda fake) => fake.CompilerOptions.Single(option => option.StartsWith("-DREAL=", StringComparison.Ordinal))["-DREAL=".Length..];

    private static int Size(string text, nuint* size)
    {
        *size = (nuint)Encoding.UTF8.GetByteCount(text) + 1;
        return 0;
    }

    private static int Text(string text, byte* place)
    {
        int length = Encoding.UTF8.GetBytes(text, new Span<byte>(place, Encoding.UTF8.GetByteCount(text)));
        place[length] = 0;
        return 0;
    }
}
