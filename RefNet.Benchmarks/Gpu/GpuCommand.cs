using RefNet.Gpu;
using RefNet.LinearAlgebra;

namespace RefNet.Benchmarks.Gpu;

/// <summary>
/// The card against the processor of the same machine, and against PyTorch on the card where its times are given: products,
/// convolutions, whole training steps. Every result on the card is compared with the processor's before it is timed.
/// </summary>
internal static class GpuCommand
{
    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments is not ([] or ["--small"] or ["--pytorch", _] or ["--pytorch", _, "--small"]))
        {
            Console.Error.WriteLine($"error: expected gpu [--pytorch FILE] [--small]; found gpu {string.Join(' ', arguments)}");
            return 2;
        }

        CudaProbe probe = CudaProbe.Run();
        foreach (string line in probe.Lines)
            Console.WriteLine(line);
        if (probe.Try() is { } problem)
        {
            Console.Error.WriteLine($"error: CUDA cannot be used here. {problem}.");
            return 2;
        }

        GpuShapes shapes = arguments.Contains("--small") ? GpuShapes.Small : GpuShapes.All;
        PyTorchTimes pyTorch = PyTorchTimes.Read(arguments.SkipWhile(argument => argument != "--pytorch").ElementAtOrDefault(1));
        using CudaGemm card = probe.Open(new CudaOptions { Costs = CostModel.Always });
        using CudaGemm byCost = probe.Open();
        return Run(card, byCost, shapes, pyTorch) ? 0 : 1;
    }

    /// <summary>Writes the tables.</summary>
    /// <param name="card">The card, for all work.</param>
    /// <param name="byCost">The card, for the work that the cost model sends.</param>
    /// <param name="shapes">What is timed.</param>
    /// <param name="pyTorch">PyTorch's times.</param>
    /// <returns>Whether every result on the card was right.</returns>
    internal static bool Run(CudaGemm card, CudaGemm byCost, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        Console.WriteLine($"\n{card.DeviceName}; processor on {ParallelLoop.MaxThreads} threads; milliseconds, the best of many");
        return ProductTable.Write(card, shapes, pyTorch) & ConvolutionTable.Write(card, shapes, pyTorch) & StepTable.Write(card, byCost, shapes, pyTorch);
    }
}
