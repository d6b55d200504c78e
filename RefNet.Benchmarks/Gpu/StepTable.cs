using RefNet.Benchmarks.Work;
using RefNet.Blocks;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>
/// Whole training steps: forward, loss, backward, momentum; of each how long copies, columns and products take, and what is
/// left for the processor. What is in the images makes no difference to time.
/// </summary>
internal static class StepTable
{
    // Far more than rounding makes of the first loss, and far less than a wrong layer would.
    private const double LossTolerance = 1e-3;

    public static bool Write(CudaGemm card, CudaGemm byCost, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        bool isRight = true;
        Clock.WriteHead(
            "Training steps, products on the card", "network", "difference of the loss", "card", "of it copies", "kernels", "products", "the rest", "processor",
            "PyTorch on the card", "with TF32");
        foreach ((string network, int batch, int extent) in shapes.Networks)
        {
            string name = $"{network}, batch {batch}, {extent}x{extent}";
            Step onProcessor = new(network, batch, extent, new SimdGemm<float>());
            float expected = onProcessor.Run();
            double processor = Clock.Best(() => onProcessor.Run());
            foreach ((string work, CudaGemm gemm) in new[] { ("all work", card), ("what the cost model sends", byCost) })
            {
                Step step = new(network, batch, extent, gemm);
                double difference = Clock.Difference([step.Run()], [expected]);
                isRight &= Clock.IsRight($"{name}, {work}", difference, LossTolerance);

                double whole = Clock.Best(() => step.Run());
                (double? copies, double? kernels, double? products, double? rest) = Clock.Split(gemm, () => step.Run());
                string key = $"step {network} {batch} {extent}";
                Clock.WriteRow($"{name}, {work}", difference, whole, copies, kernels, products, rest, processor, pyTorch[key], pyTorch[$"tf32 {key}"]);
            }
        }

        return isRight;
    }

    private sealed class Step
    {
        private readonly Sequential<float> network;
        private readonly SoftmaxCrossEntropy<float> loss = new();
        private readonly Momentum<float> optimizer;
        private readonly Tensor<float> images, targets;

        public Step(string name, int batch, int extent, IGemm<float> backend)
        {
            IGemm<float> before = GemmDefaults<float>.Current;
            GemmDefaults<float>.Current = backend;
            network = Networks.Create(name, extent);
            GemmDefaults<float>.Current = before;
            optimizer = new Momentum<float>(network.Parameters, learningRate: 1e-4, momentum: 0.9);
            images = Numbers.Tensor(1, 2, batch, 3, extent, extent);
            targets = new Tensor<float>(new Shape(batch, Networks.Classes));
            for (int n = 0; n < batch; n++)
                targets[n, Numbers.Whole(n, 50, Networks.Classes)] = 1;
        }

        public float Run()
        {
            float value = loss.Forward(network.Forward(images, Mode.Train), targets);
            foreach (Parameter<float> parameter in network.Parameters)
                parameter.ClearGradient();
            network.BackwardToParameters(loss.Backward());
            optimizer.Step();
            return value;
        }
    }
}
