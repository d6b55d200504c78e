using System.Diagnostics;
using System.Runtime.InteropServices;
using RefNet.Gpu;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>The kernels of columns.cu themselves, compiled as C++ for the processor: a loop over blocks and threads stands for the grid.</summary>
internal sealed unsafe class HostKernels : IKernelRunner
{
    // What CUDA adds to C++, as far as the kernels use it.
    private const string Shim = """
        struct Index { unsigned x; };
        static Index blockIdx, threadIdx, gridDim, blockDim;
        #define __global__
        #include "columns.cu"
        typedef void Kernel(ColumnShape, const REAL*, REAL*);
        static void run(Kernel* kernel, const ColumnShape* shape, const REAL* from, REAL* to, unsigned blocks, unsigned threads)
        {
            gridDim.x = blocks;
            blockDim.x = threads;
            for (blockIdx.x = 0; blockIdx.x < blocks; blockIdx.x++)
                for (threadIdx.x = 0; threadIdx.x < threads; threadIdx.x++)
                    kernel(*shape, from, to);
        }
        extern "C" void run_images_to_columns(const ColumnShape* s, const REAL* from, REAL* to, unsigned blocks, unsigned threads)
        { run(images_to_columns, s, from, to, blocks, threads); }
        extern "C" void run_columns_to_images(const ColumnShape* s, const REAL* from, REAL* to, unsigned blocks, unsigned threads)
        { run(columns_to_images, s, from, to, blocks, threads); }
        extern "C" void run_add_bias(const ColumnShape* s, const REAL* from, REAL* to, unsigned blocks, unsigned threads)
        { run(add_bias, s, from, to, blocks, threads); }
        extern "C" unsigned size_of_shape() { return sizeof(ColumnShape); }
        """;

    private static readonly Lazy<HostKernels?> compiled = new(Compile);

    private readonly Dictionary<bool, nint> libraries;

    private HostKernels(Dictionary<bool, nint> libraries) => this.libraries = libraries;

    /// <summary>The kernels, or null where there is no C++ compiler.</summary>
    public static HostKernels? TryCompile() => compiled.Value;

    /// <summary>The size of the shape, as C++ sees it.</summary>
    public uint SizeOfShape => ((delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(libraries[false], "size_of_shape"))();

    public void Run(KernelCall call)
    {
        ColumnShape shape = call.Shape;
        nint run = NativeLibrary.GetExport(libraries[call.Function.InDouble], $"run_{call.Function.Name}");
        ((delegate* unmanaged[Cdecl]<ColumnShape*, nint, nint, uint, uint, void>)run)(&shape, call.From, call.To, (uint)call.Blocks, (uint)call.ThreadsPerBlock);
    }

    private static HostKernels? Compile()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("refnet-kernels-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "columns.cu"), ColumnKernels.Source);
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
