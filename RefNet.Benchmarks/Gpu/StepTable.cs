using RefNet.Backends;
using RefNet.Gpu;

namespace RefNet.Benchmarks.Gpu;

/// <summary>
/// Whole training steps with tensors that stay on the card: forward, loss and errors, backward, momentum. Before
/// timing, the first step is compared with that of the processor. The contents of the images do not affect the time.
/// </summary>
internal static class StepTable
{
    // A gradient of LeNet-5 passes through up to ten products and five tanh, whose differences accumulate.
    private const int Products = 10;

    // Far more than rounding changes the first loss of a deep network, and far less than a wrong layer would.
    private const double LossTolerance = 1e-3;

    public static bool Write(CudaProbe probe, IEnumerable<(string Network, int Batch, int Extent)> networks, PyTorchTimes pyTorch)
    {
        bool isRight = true;
        Clock.WriteHead(
            "Training steps, tensors on the card", "network", "difference", "card", "of it copies", "kernels", "products", "the rest", "processor",
            "PyTorch on the card", "PyTorch, one graph");
        foreach ((string network, int batch, int extent) in networks)
        {
            TrainingStep onProcessor = new(network, batch, extent, BackendDefaults<float>.Backend);
            (float loss, float[][] gradients) = onProcessor.First();
            double processor = Clock.Best(onProcessor.Run);
            foreach (CudaOptions options in Variants(probe, onProcessor.IsSmall))
            {
                (bool tf32, bool graph) = (options.AllowTf32, options.UseGraphs);
                string name = $"{network}, batch {batch}, {extent}x{extent}{(graph ? ", graph" : "")}{(options.UseCudnn ? ", cuDNN" : "")}{(tf32 ? ", TF32" : "")}";
                isRight &= Clock.Try(name, () =>
                {
                    float[] losses = graph ? Losses(probe, options with { UseGraphs = false }, network, batch, extent) : [];
                    using CudaBackend<float> card = probe.OpenBackend<float>(options);
                    string key = $"{network} {batch} {extent}", prefix = tf32 ? "tf32 " : "";
                    TrainingStep step = new(network, batch, extent, card);
                    double difference = step.Difference(loss, gradients), tolerance = tf32 ? Clock.Tf32Tolerance : Clock.Tolerance(1);
                    bool isThisRight = Clock.IsRight(name, difference, step.IsSmall ? Products * tolerance : Math.Max(LossTolerance, Products * tolerance));
                    if (graph)
                        isThisRight &= Clock.IsRight($"{name}, and without the graph", Clock.Difference(step.Losses(losses.Length), losses), 0);
                    double whole = Clock.Best(step.Run);
                    // A graph is not measured piece by piece.
                    (double? copies, double? kernels, double? products, double? rest) = graph ? default : Clock.Split(card.Device, step.Run);
                    Clock.WriteRow(name, difference, whole, copies, kernels, products, rest, processor, pyTorch[$"{prefix}step {key}"], pyTorch[$"{prefix}graph {key}"]);
                    return isThisRight;
                });
            }
        }

        return isRight;
    }

    // Each way to compute, and those with graphs last. Launches matter to small networks, whose convolutions are not cuDNN's, and to the fastest way.
    private static IEnumerable<CudaOptions> Variants(CudaProbe probe, bool isSmall) =>
        from graph in new[] { false, true }
        from cudnn in probe.Cudnn.IsFound && !isSmall ? new[] { false, true } : [false]
        from tf32 in new[] { false, true }
        where isSmall || !graph || (tf32 && cudnn == probe.Cudnn.IsFound)
        select new CudaOptions { AllowTf32 = tf32, UseCudnn = cudnn, UseGraphs = graph, Strict = true };

    // The losses of the steps after the first.
    private static float[] Losses(CudaProbe probe, CudaOptions options, string network, int batch, int extent)
    {
        using CudaBackend<float> card = probe.OpenBackend<float>(options);
        TrainingStep step = new(network, batch, extent, card);
        step.First();
        return step.Losses(6);
    }
}
