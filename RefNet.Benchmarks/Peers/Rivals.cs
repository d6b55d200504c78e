using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace RefNet.Benchmarks.Peers;

/// <summary>RefNet and its peers, and which of them are there.</summary>
/// <remarks>
/// PyTorch is Debian's (apt-get install python3-torch), which calls whatever libblas.so.3 the loader finds. "As
/// installed" is the reference BLAS that python3-torch depends on; for "tuned", LD_LIBRARY_PATH puts OpenBLAS (apt-get
/// install libopenblas0-pthread) in front of it, with one thread so that its threads do not fight PyTorch's, the
/// widest vectors of the processor for its own loops, and a malloc that keeps the memory of large tensors.
/// </remarks>
internal static class Rivals
{
    public const string Python = "/usr/bin/python3";

    private static readonly string libraries = $"/usr/lib/{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}-linux-gnu";

    private static readonly KeyValuePair<string, string>[] tuned =
    [
        new("LD_LIBRARY_PATH", $"{libraries}/openblas-pthread"),
        new("OPENBLAS_NUM_THREADS", "1"),
        new("ATEN_CPU_CAPABILITY", Capability),
        new("MALLOC_MMAP_MAX_", "0"),
        new("MALLOC_TRIM_THRESHOLD_", "100000000000"),
    ];

    public static readonly Rival RefNet = new("RefNet", "refnet", false);
    public static readonly Rival OpenBlas = new("OpenBLAS", "openblas", false);
    public static readonly Rival MathNet = new("Math.NET", "mathnet", false);
    public static readonly Rival PyTorchAsInstalled = new("PyTorch as installed", "contiguous", true, new KeyValuePair<string, string>("LD_LIBRARY_PATH", $"{libraries}/blas"));
    public static readonly Rival PyTorchTuned = new("PyTorch tuned", "contiguous", true, tuned);
    public static readonly Rival PyTorchChannelsLast = new("PyTorch tuned, channels last", "channels_last", true, tuned);

    // A wider set than the processor has would kill the process.
    private static string Capability => Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported ? "avx512" : Avx2.IsSupported && Fma.IsSupported ? "avx2" : "default";

    /// <summary>Variables that make a rival slower, or faster, than it is by itself: every process starts without them.</summary>
    public static readonly IReadOnlyList<string> DisturbingVariables =
    [
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "GOTO_NUM_THREADS",
        "ATEN_CPU_CAPABILITY", "MALLOC_MMAP_MAX_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_ARENA_MAX", "LD_LIBRARY_PATH",
        "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_TieredCompilation", "DOTNET_TieredPGO",
    ];

    private static readonly Lazy<bool> hasPyTorch = new(() => File.Exists(Python) && Directory.Exists("/usr/lib/python3/dist-packages/torch"));
    private static readonly Lazy<bool> hasTunedBlas = new(() => File.Exists($"{libraries}/openblas-pthread/libblas.so.3"));
    private static readonly Lazy<bool> hasOpenBlas = new(() => Peers.OpenBlas.TryLoad(out _) is not null);

    /// <summary>Those of the rivals that can run here.</summary>
    public static IReadOnlyList<Rival> Present(params IEnumerable<Rival> rivals) => [.. rivals.Where(IsPresent)];

    /// <summary>What is missing here, and how to get it.</summary>
    public static IEnumerable<string> Missing()
    {
        if (!hasPyTorch.Value)
            yield return $"PyTorch was not found: rows against it are left out. On Debian: apt-get install python3-torch (for {Python}).";
        else if (!hasTunedBlas.Value)
            yield return $"{libraries}/openblas-pthread was not found: PyTorch is compared as installed only. On Debian: apt-get install libopenblas0-pthread.";
        if (!hasOpenBlas.Value && Peers.OpenBlas.TryLoad(out string reason) is null)
            yield return reason;
    }

    private static bool IsPresent(Rival rival) =>
        rival == OpenBlas ? hasOpenBlas.Value : !rival.UsesPython || (hasPyTorch.Value && (rival == PyTorchAsInstalled || hasTunedBlas.Value));
}
