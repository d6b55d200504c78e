using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>The functions of NVRTC that RefNet calls, under the names of nvrtc.h. What it compiles to is the kind of code, the generation and the type: cubin 90 float.</summary>
internal static unsafe class FakeCompiler
{
    private const int InvalidProgram = 4;
    private const int InvalidOption = 5;
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
        }, Needs.Nothing);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcDestroyProgram(nint* program) => FakeCuda.Call(nameof(nvrtcDestroyProgram), fake => fake.GiveBack("program", *program), Needs.Nothing);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetNumSupportedArchs(int* count) => FakeCuda.Call(nameof(nvrtcGetNumSupportedArchs), fake =>
    {
        *count = fake.Architectures.Length;
        return 0;
    }, Needs.Nothing);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetSupportedArchs(int* numbers) => FakeCuda.Call(nameof(nvrtcGetSupportedArchs), fake =>
    {
        fake.Architectures.CopyTo(new Span<int>(numbers, fake.Architectures.Length));
        return 0;
    }, Needs.Nothing);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcCompileProgram(nint program, int count, byte** options) => FakeCuda.Call(nameof(nvrtcCompileProgram), fake =>
    {
        if (!fake.Has("program", program))
            return InvalidProgram;
        fake.CompilerOptions.Clear();
        for (int i = 0; i < count; i++)
            fake.CompilerOptions.Add(Marshal.PtrToStringUTF8((nint)options[i])!);
        if (!fake.Architectures.Contains(Architecture(fake).Number))
            return InvalidOption;
        return fake.CompilerLog is null ? 0 : CompilationFailed;
    }, Needs.Nothing);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetProgramLogSize(nint program, nuint* size) => Size(FakeCuda.Current.CompilerLog ?? "", size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetProgramLog(nint program, byte* log) => Text(FakeCuda.Current.CompilerLog ?? "", log);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetCUBINSize(nint program, nuint* size) => Ask(nameof(nvrtcGetCUBINSize), program, fake => Size(Binary(fake), size));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetCUBIN(nint program, byte* binary) => Ask(nameof(nvrtcGetCUBIN), program, fake => Text(Binary(fake), binary));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetPTXSize(nint program, nuint* size) => Ask(nameof(nvrtcGetPTXSize), program, fake => Size(Ptx(fake), size));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int nvrtcGetPTX(nint program, byte* ptx) => Ask(nameof(nvrtcGetPTX), program, fake => Text(Ptx(fake), ptx));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static nint nvrtcGetErrorString(int status) => someText;

    private static int Ask(string call, nint program, Func<FakeCuda, int> body) =>
        FakeCuda.Call(call, fake => fake.Has("program", program) ? body(fake) : InvalidProgram, Needs.Nothing);

    private static (bool IsReal, int Number) Architecture(FakeCuda fake)
    {
        string name = Option(fake, "--gpu-architecture=");
        return (name.StartsWith("sm_", StringComparison.Ordinal), int.Parse(name[(name.IndexOf('_') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    // For compute_90 there is no machine code.
    private static string Binary(FakeCuda fake) => Architecture(fake) is (true, int number) ? $"cubin {number} {Option(fake, "-DREAL=")}" : "";

    private static string Ptx(FakeCuda fake) => $"ptx {Architecture(fake).Number} {Option(fake, "-DREAL=")}";

    private static string Option(FakeCuda fake, string name) => fake.CompilerOptions.Single(option => option.StartsWith(name, StringComparison.Ordinal))[name.Length..];

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
