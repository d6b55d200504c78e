using System.Diagnostics;
using System.Runtime.InteropServices;
using RefNet.Gpu;
using RefNet.Gpu.Resident;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>The kernels of the .cu files themselves, compiled as C++ for the processor: a loop over blocks and threads stands for the grid.</summary>
internal sealed unsafe class HostKernels : IKernelRunner
{
    // What CUDA adds to C++, as far as the kernels use it. A launch gives the places of the arguments, whose types C++ knows.
    private const string Shim = """
        #include <cmath>
        #include <functional>
        #include <type_traits>
        #include <ucontext.h>
        #include <utility>
        #include <vector>
        using std::exp; using std::log; using std::tanh;
        struct Index { unsigned x, y; };
        static Index blockIdx, threadIdx, gridDim, blockDim;
        #define __global__
        #define __device__ static
        #define __shared__ static
        // The threads of a block whose kernel has barriers take turns: each goes on until its next barrier.
        static ucontext_t switchboard;
        static std::vector<ucontext_t> contexts;
        static std::vector<char> stacks, isDone;
        static std::function<void()> work;
        static unsigned running;
        static void __syncthreads() { swapcontext(&contexts[running], &switchboard); }
        static void begin() { work(); isDone[running] = 1; __syncthreads(); }
        static void run_block(unsigned threads, bool hasBarriers)
        {
            const unsigned Stack = 1 << 14;
            if (hasBarriers) { contexts.resize(threads); stacks.resize(threads * Stack); isDone.assign(threads, 0); }
            bool any = true;
            for (unsigned round = 0; any; round++)
            {
                any = false;
                for (unsigned t = 0; t < threads; t++)
                {
                    threadIdx = { t % blockDim.x, t / blockDim.x };
                    if (!hasBarriers) { work(); continue; }
                    if (isDone[t]) continue;
                    running = t;
                    if (round == 0)
                    {
                        getcontext(&contexts[t]);
                        contexts[t].uc_stack.ss_sp = &stacks[t * Stack];
                        contexts[t].uc_stack.ss_size = Stack;
                        makecontext(&contexts[t], begin, 0);
                    }
                    swapcontext(&switchboard, &contexts[t]);
                    any = any || !isDone[t];
                }
            }
        }
        #include "columns.cu"
        #include "resident.cu"
        template <class... A, std::size_t... I>
        static void call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) { kernel(*(A*)arguments[I]...); }
        template <class... A>
        static void run(void (*kernel)(A...), void** arguments, const int* grid, bool hasBarriers)
        {
            gridDim = { (unsigned)grid[0], (unsigned)grid[1] };
            blockDim = { (unsigned)grid[2], (unsigned)grid[3] };
            work = [=] { call(kernel, arguments, std::index_sequence_for<A...>()); };
            for (blockIdx.y = 0; blockIdx.y < gridDim.y; blockIdx.y++)
                for (blockIdx.x = 0; blockIdx.x < gridDim.x; blockIdx.x++)
                    run_block(blockDim.x * blockDim.y, hasBarriers);
        }
        template <class... A>
        static int describe(void (*)(A...), int* sizes, int* areAddresses)
        {
            int size[] = { (int)sizeof(A)... }, isAddress[] = { std::is_pointer<A>::value... };
            for (unsigned i = 0; i < sizeof...(A); i++) { sizes[i] = size[i]; areAddresses[i] = isAddress[i]; }
            return sizeof...(A);
        }
        #define KERNEL(name) DEFINE(name, false)
        #define KERNEL_WITH_BARRIERS(name) DEFINE(name, true)
        #define DEFINE(name, hasBarriers) \
            extern "C" void run_##name(void** arguments, const int* grid) { run(name, arguments, grid, hasBarriers); } \
            extern "C" int describe_##name(int* sizes, int* areAddresses) { return describe(name, sizes, areAddresses); }
        KERNEL(images_to_columns) KERNEL(columns_to_images) KERNEL(add_bias)
        KERNEL(fill) KERNEL(swap_axes) KERNEL(add_to_channels) KERNEL(tanh_forward) KERNEL(tanh_backward)
        KERNEL(average_forward) KERNEL(average_backward) KERNEL(momentum_step)
        KERNEL_WITH_BARRIERS(row_sums) KERNEL_WITH_BARRIERS(add_column_sums) KERNEL_WITH_BARRIERS(softmax_cross_entropy)
        extern "C" unsigned size_of_shape() { return sizeof(ColumnShape); }
        extern "C" unsigned size_of_pooling_shape() { return sizeof(PoolingShape); }
        """;

    private const int MostArguments = 16;

    private static readonly Lazy<HostKernels?> compiled = new(Compile);

    private readonly Dictionary<bool, nint> libraries;

    private HostKernels(Dictionary<bool, nint> libraries) => this.libraries = libraries;

    /// <summary>The kernels, or null where there is no C++ compiler.</summary>
    public static HostKernels? TryCompile() => compiled.Value;

    /// <summary>The size of the shape of a convolution, as C++ sees it.</summary>
    public uint SizeOfShape => ((delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(libraries[false], "size_of_shape"))();

    /// <summary>The size of the shape of a pooling, as C++ sees it.</summary>
    public uint SizeOfPoolingShape => ((delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(libraries[false], "size_of_pooling_shape"))();

    /// <summary>Whether there is such a kernel.</summary>
    public bool Has(string kernel) => NativeLibrary.TryGetExport(libraries[false], $"run_{kernel}", out _);

    public void Run(KernelCall call)
    {
        ColumnShape shape = call.Shape;
        nint from = call.From, to = call.To;
        void** arguments = stackalloc void*[] { &shape, &from, &to };
        Run(call.Function, arguments, call.Grid);
    }

    /// <summary>Reads the arguments of a launch, as a card does at once; what comes back checks the addresses among them and runs the kernel.</summary>
    public Action Launch(FakeCuda fake, FakeFunction function, void** arguments, LaunchGrid grid)
    {
        int* sizes = stackalloc int[MostArguments], areAddresses = stackalloc int[MostArguments];
        int count = ((delegate* unmanaged[Cdecl]<int*, int*, int>)Export("describe_", function))(sizes, areAddresses);
        byte[][] values = new byte[count][];
        List<nint> addresses = [];
        for (int i = 0; i < count; i++)
        {
            values[i] = new ReadOnlySpan<byte>(arguments[i], sizes[i]).ToArray();
            if (areAddresses[i] != 0)
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
            Run(function, places, grid);
            foreach (GCHandle pin in pins)
                pin.Free();
        };
    }

    // The four numbers of a grid stand one behind the other, as C++ reads them.
    private void Run(FakeFunction function, void** arguments, LaunchGrid grid)
    {
        int* numbers = stackalloc int[] { grid.Blocks, grid.BlockRows, grid.Threads, grid.ThreadRows };
        ((delegate* unmanaged[Cdecl]<void**, int*, void>)Export("run_", function))(arguments, numbers);
    }

    private nint Export(string prefix, FakeFunction function) => NativeLibrary.GetExport(libraries[function.InDouble], prefix + function.Name);

    private static HostKernels? Compile()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("refnet-kernels-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "columns.cu"), ColumnKernels.Source);
            File.WriteAllText(Path.Combine(folder.FullName, "resident.cu"), ResidentKernels<float>.Source);
            File.WriteAllText(Path.Combine(folder.FullName, "shim.cpp"), Shim);
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

    private static Process Start(DirectoryInfo folder, string type) => Process.Start(new ProcessStartInfo(
        "g++", ["-x", "c++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Wno-sign-compare", "-fPIC", "-shared", "-ffp-contract=off", $"-DREAL={type}", "shim.cpp", "-o", $"{type}.so"])
    {
        WorkingDirectory = folder.FullName,
        RedirectStandardError = true,
    })!;
}
