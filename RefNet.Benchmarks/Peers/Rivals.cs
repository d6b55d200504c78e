using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;

namespace RefNet.Benchmarks.Peers;

/// <summary>RefNet and its peers, those that can run here, with the versions found.</summary>
/// <remarks>
/// PyTorch is Debian's (apt-get install python3-torch), which calls whatever libblas.so.3 the loader finds. "As
/// installed" is the reference BLAS that python3-torch depends on; for "tuned", LD_LIBRARY_PATH puts OpenBLAS
/// (apt-get install libopenblas0-pthread) before it, with one thread so that its threads do not compete with
/// PyTorch's, the widest vectors of the processor for its own loops, and a malloc that keeps the memory of large
/// tensors. LibTorch, with MKL and oneDNN, and ONNX Runtime are current versions; they use the same malloc.
/// </remarks>
internal static partial class Rivals
{
    public const string Python = "/usr/bin/python3";
    public const string OnnxBackend = "onnxruntime";

    private const string Contiguous = "contiguous";
    private const string ChannelsLast = "channels_last";
    private const string TorchVersionFile = "/usr/lib/python3/dist-packages/torch/version.py";

    private static readonly string libraries = $"/usr/lib/{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}-linux-gnu";

    // A wider instruction set than the processor has would crash the process.
    private static readonly string capability = Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported ? "avx512" : Avx2.IsSupported && Fma.IsSupported ? "avx2" : "default";

    private static readonly KeyValuePair<string, string>[] keepingMalloc = [new("MALLOC_MMAP_MAX_", "0"), new("MALLOC_TRIM_THRESHOLD_", "100000000000")];

    public static readonly Rival RefNet = new("RefNet", "refnet", RivalProgram.Benchmarks);
    public static readonly Rival MathNet = new("Math.NET", "mathnet", RivalProgram.Benchmarks);

    /// <summary>Environment variables that make a rival slower or faster than by default: every process starts without them.</summary>
    public static readonly IReadOnlyList<string> DisturbingVariables =
    [
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "GOTO_NUM_THREADS",
        "ATEN_CPU_CAPABILITY", "MALLOC_MMAP_MAX_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_ARENA_MAX", "LD_LIBRARY_PATH",
        "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_TieredCompilation", "DOTNET_TieredPGO",
    ];

    /// <summary>
    /// Whether the comparison is limited to AVX2 on a processor that has more: this process was started with
    /// DOTNET_EnableAVX512=0. ONNX Runtime cannot be limited, and is left out.
    /// </summary>
    public static bool HeldToAvx2 => Environment.GetEnvironmentVariable("DOTNET_EnableAVX512") == "0";

    /// <summary>The variables that limit each rival to AVX2: .NET, oneDNN (in PyTorch and LibTorch), PyTorch's own loops, OpenBLAS.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> HoldingToAvx2 { get; } =
    [
        new("DOTNET_EnableAVX512", "0"), new("ONEDNN_MAX_CPU_ISA", "AVX2"), new("DNNL_MAX_CPU_ISA", "AVX2"), new("ATEN_CPU_CAPABILITY", "avx2"), new("OPENBLAS_CORETYPE", "Zen"),
    ];

    private static readonly Lazy<IReadOnlyList<Rival>> openBlas = new(FindOpenBlas), pyTorch = new(FindPyTorch), libTorch = new(FindLibTorch), onnxRuntime = new(FindOnnxRuntime);

    public static IReadOnlyList<Rival> OpenBlas => openBlas.Value;

    /// <summary>As installed, tuned, and tuned with channels last.</summary>
    public static IReadOnlyList<Rival> PyTorch => pyTorch.Value;

    /// <summary>In either layout.</summary>
    public static IReadOnlyList<Rival> LibTorch => libTorch.Value;

    public static IReadOnlyList<Rival> OnnxRuntime => onnxRuntime.Value;

    /// <summary>All that train networks, in either layout.</summary>
    public static IReadOnlyList<Rival> Frameworks => [.. PyTorch, .. LibTorch];

    /// <summary>The rivals with the default layout, for work without images, which has no other layout.</summary>
    public static IEnumerable<Rival> WithUsualLayout(IEnumerable<Rival> rivals) => rivals.Where(rival => rival.Backend != ChannelsLast);

    /// <summary>What is missing here, and how to get it.</summary>
    public static IEnumerable<string> Missing()
    {
        if (HeldToAvx2)
            yield return "DOTNET_EnableAVX512 is 0: every rival is held to AVX2, and ONNX Runtime, which cannot be, is left out.";
        if (PyTorch.Count == 0)
            yield return $"PyTorch was not found: rows against it are left out. On Debian: apt-get install python3-torch (for {Python}).";
        else if (PyTorch.Count == 1)
            yield return $"{libraries}/openblas-pthread was not found: PyTorch is compared as installed only. On Debian: apt-get install libopenblas0-pthread.";
        if (OpenBlas.Count == 0 && Peers.OpenBlas.TryLoad(out string reason) is null)
            yield return reason;
        if (!PeerProgram.IsBuilt)
            yield return "RefNet.Peers has not been built: LibTorch and ONNX Runtime are left out. With 1.2 GB of packages: dotnet build -c Release RefNet.Peers";
        else
        {
            foreach (PeerLibrary library in new[] { PeerProgram.LibTorch, PeerProgram.OnnxRuntime }.Where(library => library.Version is null))
                yield return library.Missing;
            if (PeerProgram.OnnxRuntime.Version is not null && PyTorch.Count == 0)
                yield return "ONNX Runtime is left out: PyTorch writes its models.";
        }
    }

    private static IReadOnlyList<Rival> FindOpenBlas() => Peers.OpenBlas.TryLoad(out _) is { } library
        ? [new Rival($"OpenBLAS {Version().Match(library.Description).Value}".TrimEnd(), "openblas", RivalProgram.Benchmarks)]
        : [];

    private static IReadOnlyList<Rival> FindPyTorch()
    {
        if (!File.Exists(Python) || !File.Exists(TorchVersionFile))
            return [];
        string name = $"PyTorch {MajorAndMinor().Match(File.ReadAllText(TorchVersionFile)).Value}".TrimEnd();
        Rival asInstalled = new($"{name} as installed", Contiguous, RivalProgram.PyTorch, new KeyValuePair<string, string>("LD_LIBRARY_PATH", $"{libraries}/blas"));
        if (!File.Exists($"{libraries}/openblas-pthread/libblas.so.3"))
            return [asInstalled];
        KeyValuePair<string, string>[] tuned =
            [new("LD_LIBRARY_PATH", $"{libraries}/openblas-pthread"), new("OPENBLAS_NUM_THREADS", "1"), new("ATEN_CPU_CAPABILITY", capability), .. keepingMalloc];
        return
        [
            asInstalled,
            new Rival($"{name} tuned", Contiguous, RivalProgram.PyTorch, tuned),
            new Rival($"{name} tuned, channels last", ChannelsLast, RivalProgram.PyTorch, tuned),
        ];
    }

    private static IReadOnlyList<Rival> FindLibTorch()
    {
        if (!PeerProgram.IsBuilt || PeerProgram.LibTorch.Version is not { } version)
            return [];
        // Without the log level, every small convolution warns that there is no NNPACK for this processor.
        KeyValuePair<string, string>[] variables = [.. PeerProgram.LibraryPath, new("TORCH_CPP_LOG_LEVEL", "ERROR"), .. keepingMalloc];
        return [new Rival($"LibTorch {version}", Contiguous, RivalProgram.Peers, variables), new Rival($"LibTorch {version}, channels last", ChannelsLast, RivalProgram.Peers, variables)];
    }

    private static IReadOnlyList<Rival> FindOnnxRuntime() => !HeldToAvx2 && PeerProgram.IsBuilt && PyTorch.Count > 0 && PeerProgram.OnnxRuntime.Version is { } version
        ? [new Rival($"ONNX Runtime {version}", OnnxBackend, RivalProgram.Peers, [.. PeerProgram.LibraryPath, .. keepingMalloc])]
        : [];

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex Version();

    [GeneratedRegex(@"\d+\.\d+")]
    private static partial Regex MajorAndMinor();
}
