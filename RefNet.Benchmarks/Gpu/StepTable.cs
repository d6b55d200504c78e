using RefNet.Benchmarks.Work;
using RefNet.Blocks;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>Whole training steps: forward, loss, backward, momentum. What is in the images makes no difference to time.</summary>
internal static class StepTable
{
    public static bool Write(CudaGemm card, CudaGemm byCost, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        bool isRight = true;
        Clock.WriteHead("Training steps", "network", "card, all work", "card, work that the cost model sends", "processor", "PyTorch, all on the card");
        foreach ((string network, int batch, int extent) in shapes.Networks)
        {
            string name = $"{network}, batch {batch}, {extent}x{extent}";
            IGemm<float>[] backends = [card, byCost, new SimdGemm<float>()];
            double?[] times = new double?[3];
            float[] losses = new float[3];
            for (int i = 0; i < backends.Length; i++)
            {
                Step step = new(network, batch, extent, backends[i]);
                losses[i] = step.Run();
                times[i] = Clock.Best(() => step.Run());
            }

            // Far more than rounding makes of the first loss, and far less than a wrong layer would.
            if (!(Math.Abs(losses[0] - losses[2]) <= 1e-2 * losses[2]))
            {
                Console.WriteLine($"| {name} | WRONG: the first loss is {losses[0]} on the card, {losses[2]} on the processor |");
                isRight = false;
                continue;
            }

            Clock.WriteRow(name, times[0], times[1], times[2], pyTorch[$"step {network} {batch} {extent}"]);
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
