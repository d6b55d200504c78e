using RefNet.Backends;
using RefNet.Benchmarks.Work;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Tensors;
using RefNet.Training;

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
            Step onProcessor = new(network, batch, extent, BackendDefaults<float>.Backend);
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
                    Step step = new(network, batch, extent, card);
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

    // Each way to compute, and those with graphs last. Launches matter to small networks.
    private static IEnumerable<CudaOptions> Variants(CudaProbe probe, bool isSmall) =>
        from graph in new[] { false, true }
        from cudnn in probe.Cudnn.IsFound ? new[] { false, true } : [false]
        from tf32 in new[] { false, true }
        where isSmall || !graph || (!cudnn && !tf32)
        select new CudaOptions { AllowTf32 = tf32, UseCudnn = cudnn, UseGraphs = graph, Strict = true };

    // The losses of the steps after the first.
    private static float[] Losses(CudaProbe probe, CudaOptions options, string network, int batch, int extent)
    {
        using CudaBackend<float> card = probe.OpenBackend<float>(options);
        Step step = new(network, batch, extent, card);
        step.First();
        return step.Losses(6);
    }

    private sealed class Step
    {
        private readonly IBackend<float> backend;
        private readonly Network<float> network;
        private readonly Trainer<float> trainer;
        private readonly Batch<float> batch;

        public Step(string name, int samples, int extent, IBackend<float> backend)
        {
            this.backend = backend;
            network = Networks.Create(name, extent);
            network.To(backend);
            IsSmall = name == "lenet5";
            trainer = new Trainer<float>(new Objective<float>(network, () => new SoftmaxCrossEntropy<float>()), new Momentum<float>(network.Parameters, learningRate: 1e-4, momentum: 0.9));
            Shape image = network.InputShape, output = network.OutputShape(image);
            int[] labels = [.. Enumerable.Range(0, samples).Select(n => Numbers.Whole(n, 50, output[0]))];
            batch = new Batch<float>(Numbers.Tensor(1, 2, samples, image[0], image[1], image[2]), new Targets<float>(labels, output.Batch(samples)));
        }

        /// <summary>Whether it is LeNet-5, whose gradients are compared too: those of a deep network accumulate the differences of all layers.</summary>
        public bool IsSmall { get; }

        /// <summary>A step. Images and targets of LeNet-5 are transferred each time, as in PyTorch/gpu.py; those of the others stay.</summary>
        public void Run()
        {
            if (IsSmall)
            {
                _ = batch.Images.Span;
                _ = batch.Targets.Values.Span;
            }

            trainer.Step(batch);
            (backend as CudaBackend<float>)?.Wait();
        }

        /// <summary>The loss of the first step, and its gradients where they are compared.</summary>
        public (float Loss, float[][] Gradients) First()
        {
            float loss = (float)trainer.Step(batch).Loss;
            return (loss, IsSmall ? [.. network.Parameters.Select(parameter => parameter.Gradient.Values.ToArray())] : []);
        }

        /// <summary>The losses of the next steps; a graph of a step is recorded in the second of its kind, and replayed from then on; there may be two kinds, which alternate.</summary>
        public float[] Losses(int steps) => [.. Enumerable.Range(0, steps).Select(_ => First().Loss)];

        /// <summary>The difference between the first step and another's: that of the loss, or the largest of all gradients.</summary>
        public double Difference(float loss, float[][] gradients)
        {
            (float found, float[][] foundGradients) = First();
            return gradients.Zip(foundGradients, (expected, other) => Clock.Difference(other, expected)).Append(Clock.Difference([found], [loss])).Max();
        }
    }
}
