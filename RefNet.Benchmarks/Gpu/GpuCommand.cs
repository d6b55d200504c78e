using RefNet.Gpu;
using RefNet.LinearAlgebra;

namespace RefNet.Benchmarks.Gpu;

/// <summary>
/// The card against the processor of the same machine, and against PyTorch on the card where its times are given: products,
/// convolutions, whole training steps. Every result on the card is compared with the processor's before it is timed.
/// </summary>
internal static class GpuCommand
{
    private const string LeNet5 = "lenet5", Products = "products", Convolutions = "convolutions", Steps = "steps";

    private static readonly string[] allTables = [LeNet5, Products, Convolutions, Steps];

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
        if (probe.Try() is { } problem)
        {
            Console.Error.WriteLine($"error: CUDA cannot be used here. {problem}.");
            return 2;
        }

        if (isSmall)
            Clock.MostSeconds = 0;
        return Run(probe, isSmall ? GpuShapes.Small : GpuShapes.All, PyTorchTimes.Read(pyTorchFile), tables.Count > 0 ? tables : allTables) ? 0 : 1;
    }

    /// <summary>Writes the tables that are named, in their order.</summary>
    /// <returns>Whether every result on the card was right.</returns>
    internal static bool Run(CudaProbe probe, GpuShapes shapes, PyTorchTimes pyTorch, IEnumerable<string> tables)
    {
        using CudaGemm card = probe.Open(new CudaOptions { Costs = CostModel.Always });
        using CudaGemm withTf32 = probe.Open(new CudaOptions { Costs = CostModel.Always, AllowTf32 = true });
        using CudaGemm withManyColumns = probe.Open(new CudaOptions { Costs = CostModel.Always, ColumnBytes = 1L << 30 });
        using CudaGemm byCost = probe.Open();
        Console.WriteLine($"\n{card.DeviceName}; processor on {ParallelLoop.MaxThreads} threads; milliseconds, the best of many");
        bool isRight = true;
        foreach (string table in tables)
        {
            isRight &= table switch
            {
                LeNet5 => ResidentTable.Write(card, withTf32, shapes, pyTorch),
                Products => ProductTable.Write(card, shapes, pyTorch),
                Convolutions => ConvolutionTable.Write(card, withTf32, withManyColumns, shapes, pyTorch),
                _ => StepTable.Write(card, byCost, shapes, pyTorch),
            };
        }

        return isRight;
    }
}
