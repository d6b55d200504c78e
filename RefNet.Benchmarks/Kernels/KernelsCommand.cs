using System.Runtime.InteropServices;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using RefNet.Backends.Simd;

namespace RefNet.Benchmarks.Kernels;

/// <summary>
/// RefNet's kernels one by one, timed by BenchmarkDotNet: for work on a single kernel, whereas compare measures whole
/// products. It runs in this process, which is fully optimised; BenchmarkDotNet's options pass through, especially --filter.
/// </summary>
internal static class KernelsCommand
{
    private static readonly Type[] kernels =
    [
        typeof(GemmKernels), typeof(ConvolutionKernels), typeof(DepthwiseKernels), typeof(FunctionKernels), typeof(PoolingKernels), typeof(BatchNormalizationKernels),
    ];

    public static int Run(string[] arguments)
    {
        if (arguments is ["--threads", string threads, ..])
        {
            if (!int.TryParse(threads, out int count) || count < 1)
            {
                Console.Error.WriteLine($"--threads: expected a whole number of 1 or more; found {threads}.");
                return 2;
            }

            ParallelLoop.MaxThreads = count;
            arguments = arguments[2..];
        }

        string folder = Path.Combine(Path.GetTempPath(), "refnet-kernels");
        ManualConfig config = ManualConfig.CreateEmpty()
            .WithArtifactsPath(folder)
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default);
        Console.WriteLine($"{ParallelLoop.MaxThreads} thread(s), {RuntimeInformation.FrameworkDescription}; reports go to {folder}.");
        return BenchmarkSwitcher.FromTypes(kernels).Run(arguments.Length == 0 ? ["--filter", "*"] : arguments, config).All(summary => !summary.HasCriticalValidationErrors) ? 0 : 1;
    }
}
