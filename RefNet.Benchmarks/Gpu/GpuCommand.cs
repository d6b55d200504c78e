using RefNet.Backends.Simd;
using RefNet.Gpu;

namespace RefNet.Benchmarks.Gpu;

/// <summary>
/// The card against the processor of the same machine, and against PyTorch on the card if its times are given: products,
/// convolutions, whole training steps. Every result on the card is compared with the processor's before it is timed.
/// </summary>
internal static class GpuCommand
{
    private const string LeNet5 = "lenet5", Products = "products", Convolutions = "convolutions", Steps = "steps", Pieces = "pieces", Algorithms = "algorithms";

    private static readonly string[] usualTables = [LeNet5, Steps, Convolutions, Products];
    private static readonly string[] allTables = [.. usualTables, Pieces, Algorithms];

    public static int Run(IReadOnlyList<string> arguments)
    {
        string? pyTorchFile = null;
        bool isSmall = false;
        List<string> tables = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--small")
                isSmall = true;
            else if (arguments[i] == "--pytorch" && i + 1 < arguments.Count)
                pyTorchFile = arguments[++i];
            else if (allTables.Contains(arguments[i]))
                tables.Add(arguments[i]);
            else
            {
                Console.Error.WriteLine($"error: expected gpu [--pytorch FILE] [--small] [{string.Join("] [", allTables)}]; found gpu {string.Join(' ', arguments)}");
                return 2;
            }
        }

        CudaProbe probe = CudaProbe.Run();
        foreach (string line in probe.Lines)
            Console.WriteLine(line);
        Console.WriteLine(probe.Cudnn.Line);
        if (probe.Try() is { } problem)
        {
            Console.Error.WriteLine($"error: CUDA cannot be used here. {problem}.");
            return 2;
        }

        if (isSmall)
            Clock.MostSeconds = 0;
        return Run(probe, isSmall ? GpuShapes.Small : GpuShapes.All, PyTorchTimes.Read(pyTorchFile), tables.Count > 0 ? tables : usualTables) ? 0 : 1;
    }

    /// <summary>Writes the named tables, in their order.</summary>
    /// <returns>Whether every result on the card was right.</returns>
    internal static bool Run(CudaProbe probe, GpuShapes shapes, PyTorchTimes pyTorch, IEnumerable<string> tables)
    {
        Console.WriteLine($"\nprocessor on {ParallelLoop.MaxThreads} threads; milliseconds, the best of many");
        bool isRight = true;
        foreach (string table in tables)
        {
            isRight &= table switch
            {
                LeNet5 => StepTable.Write(probe, shapes.LeNetBatches.Select(batch => ("lenet5", batch, 28)), pyTorch),
                Products => ProductTable.Write(probe, shapes, pyTorch),
                Pieces => PieceTable.Write(probe, shapes),
                Algorithms => AlgorithmTable.Write(probe, shapes),
                Convolutions => ConvolutionTable.Write(probe, shapes, pyTorch),
                _ => StepTable.Write(probe, shapes.Networks, pyTorch),
            };
        }

        return isRight;
    }
}
