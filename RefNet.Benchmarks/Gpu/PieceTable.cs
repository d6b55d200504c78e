using System.Globalization;
using RefNet.Gpu;

namespace RefNet.Benchmarks.Gpu;

/// <summary>What the card does in a training step, by its own clock: each kernel and each shape of product, the longest first.</summary>
internal static class PieceTable
{
    private const int MostRows = 16;

    public static bool Write(CudaProbe probe, GpuShapes shapes)
    {
        foreach ((string network, int batch, int extent) in shapes.LeNetBatches.Select(batch => ("lenet5", batch, 28)).Concat(shapes.Networks))
        {
            foreach (bool cudnn in probe.Cudnn.IsFound && network != "lenet5" ? new[] { false, true } : [false])
            {
                using CudaBackend<float> card = probe.OpenBackend<float>(new CudaOptions { UseCudnn = cudnn });
                TrainingStep step = new(network, batch, extent, card);
                step.Run();
                step.Run();
                StreamTimes times = card.Device.Measure();
                step.Run();
                times.Clear();
                step.Run();
                card.Device.StopMeasuring();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"\n## {network}, batch {batch}{(cudnn ? ", cuDNN" : "")}: {times.Pieces} pieces, {times.Named.Values.Sum(pieces => pieces.Seconds) * 1e3:0.000} ms\n"));
                Console.WriteLine("| piece | times | milliseconds |\n|---|---:|---:|");
                foreach ((string name, (int count, double seconds)) in times.Named.OrderByDescending(pieces => pieces.Value.Seconds).Take(MostRows))
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {count} | {seconds * 1e3:0.000} |"));
            }
        }

        return true;
    }
}
