using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using RefNet.Gpu;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>The kernels of the .cu files themselves, compiled as C++ for the processor: a loop over blocks and threads stands for the grid.</summary>
internal sealed unsafe partial class HostKernels
{
    // What CUDA adds to C++, as far as the kernels use it. A launch gives the places of the arguments, whose types C++ knows.
    // A kernel says what a block does: a loop over its lanes ends before the next one begins, as on a card, where they wait for
    // one another.
    private const string Shim = """
        #include <cmath>
        #include <type_traits>
        #include <utility>
        using std::exp; using std::expm1; using std::fabs; using std::log; using std::log1p; using std::sqrt; using std::tanh;
        struct Index { unsigned x; };
        static Index blockIdx, gridDim, blockDim;
        static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)((unsigned long long)a * b >> 32); }
        #define __global__
        #define __device__ static
        #define __shared__ static
        #define LANES(t) for (unsigned t = 0; t < blockDim.x; t++)
        #define WAIT_FOR_LANES
        #define FOR_EACH(e, count) \
            LANES(lane_) for (unsigned e = blockIdx.x * blockDim.x + lane_; e < (count); e += gridDim.x * blockDim.x)
        #include "backend.cu"
        template <class... A, std::size_t... I>
        static void call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) { kernel(*(A*)arguments[I]...); }
        template <class... A>
        static void run(void (*kernel)(A...), void** arguments, unsigned blocks, unsigned threads)
        {
            gridDim.x = blocks;
            blockDim.x = threads;
            for (blockIdx.x = 0; blockIdx.x < blocks; blockIdx.x++)
                call(kernel, arguments, std::index_sequence_for<A...>());
        }
        template <class... A>
        static int describe(void (*)(A...), int* sizes, int* areAddresses)
        {
            int size[] = { (int)sizeof(A)... }, isAddress[] = { std::is_pointer<A>::value... };
            for (unsigned i = 0; i < sizeof...(A); i++) { sizes[i] = size[i]; areAddresses[i] = isAddress[i]; }
            return sizeof...(A);
        }
        #define EXPORT(name) \
            extern "C" void run_##name(void** arguments, unsigned blocks, unsigned threads) { run(name, arguments, blocks, threads); } \
            extern "C" int describe_##name(int* sizes, int* areAddresses) { return describe(name, sizes, areAddresses); }
        extern "C" unsigned size_of_band() { return sizeof(ColumnBand); }
        extern "C" unsigned size_of_pooling_shape() { return sizeof(PoolingShape); }
        extern "C" unsigned size_of_channels() { return sizeof(Channels); }

        """;

    private const int MostArguments = 16;

    private static readonly Lazy<HostKernels?> compiled = new(Compile);

    private readonly Dictionary<bool, nint> libraries;

    private HostKernels(Dictionary<bool, nint> libraries) => this.libraries = libraries;

    /// <summary>The kernels, or null where there is no C++ compiler.</summary>
    public static HostKernels? TryCompile() => compiled.Value;

    /// <summary>The names of the kernels of backend.cu.</summary>
    public static IEnumerable<string> OfBackend => KernelName().Matches(CudaSource.Read("backend.cu")).Select(match => match.Groups[1].Value);

    /// <summary>The size of a struct, as C++ sees it: band, pooling_shape, channels.</summary>
    public uint SizeOf(string name) => ((delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(libraries[false], $"size_of_{name}"))();

    /// <summary>Whether there is such a kernel.</summary>
    public bool Has(string kernel) => NativeLibrary.TryGetExport(libraries[false], $"run_{kernel}", out _);

    /// <summary>Reads the arguments of a launch, as a card does at once; what comes back checks the addresses among them and runs the kernel.</summary>
    public Action Launch(FakeCuda fake, FakeFunction function, void** arguments, int blocks, int threadsPerBlock)
    {
        int* sizes = stackalloc int[MostArguments], areAddresses = stackalloc int[MostArguments];
        int count = ((delegate* unmanaged[Cdecl]<int*, int*, int>)Export("describe_", function))(sizes, areAddresses);
        byte[][] values = new byte[count][];
        List<nint> addresses = [];
        for (int i = 0; i < count; i++)
        {
            values[i] = new ReadOnlySpan<byte>(arguments[i], sizes[i]).ToArray();
            if (areAddresses[i] != 0 && *(nint*)arguments[i] != 0) // what is not wanted is null
                addresses.Add(*(nint*)arguments[i]);
        }

        return () =>
        {
            foreach (nint address in addresses)
                fake.Memory(FakeDriver.Card, address, 1);
            GCHandle[] pins = [.. values.Select(value => GCHandle.Alloc(value, GCHandleType.Pinned))];
            void** places = stackalloc void*[pins.Length];
            for (int i = 0; i < pins.Length; i++)
                places[i] = (void*)pins[i].AddrOfPinnedObject();
            Run(function, places, blocks, threadsPerBlock);
            foreach (GCHandle pin in pins)
                pin.Free();
        };
    }

    private void Run(FakeFunction function, void** arguments, int blocks, int threadsPerBlock) =>
        ((delegate* unmanaged[Cdecl]<void**, uint, uint, void>)Export("run_", function))(arguments, (uint)blocks, (uint)threadsPerBlock);

    private nint Export(string prefix, FakeFunction function) => NativeLibrary.GetExport(libraries[function.InDouble], prefix + function.Name);

    private static HostKernels? Compile()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("refnet-kernels-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "backend.cu"), CudaSource.Read("backend.cu"));
            File.WriteAllText(Path.Combine(folder.FullName, "shim.cpp"), Shim + string.Concat(OfBackend.Select(name => $"EXPORT({name})\n")));
            Process[] compilers = [Start(folder, "float"), Start(folder, "double")];
            foreach (Process compiler in compilers)
            {
                string messages = compiler.StandardError.ReadToEnd();
                compiler.WaitForExit();
                if (compiler.ExitCode != 0 || messages.Length > 0)
                    throw new InvalidOperationException($"The kernels do not compile without warnings: {messages}");
            }

            // Loaded libraries may be deleted on Linux, where g++ is at home.
            return new HostKernels(new Dictionary<bool, nint>
            {
                [false] = NativeLibrary.Load(Path.Combine(folder.FullName, "float.so")),
                [true] = NativeLibrary.Load(Path.Combine(folder.FullName, "double.so")),
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // there is no g++
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"^KERNEL (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex KernelName();

    private static Process Start(DirectoryInfo folder, string type) => Process.Start(new ProcessStartInfo(
        "g++", ["-x", "c++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Wno-sign-compare", "-fPIC", "-shared", "-ffp-contract=off", $"-DREAL={type}", "shim.cpp", "-o", $"{type}.so"])
    {
        WorkingDirectory = folder.FullName,
        RedirectStandardError = true,
    })!;
}

/// <summary>A kernel of a module.</summary>
internal sealed record FakeFunction(string Name, bool InDouble);
