using RefNet.Benchmarks.Work;
using RefNet.Blocks;
using RefNet.Gpu;
using RefNet.Gpu.Resident;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>
/// Whole training steps of LeNet-5 with tensors that stay on the card: images and targets cross to it, the loss comes back.
/// Before the time is taken, the gradients of a step are compared with those of the processor.
/// </summary>
internal static class ResidentTable
{
    // A gradient has passed through up to ten products and five tanh, whose differences add up.
    private const int Products = 10;

    public static bool Write(CudaGemm card, CudaGemm cardWithTf32, GpuShapes shapes, PyTorchTimes pyTorch)
    {
        bool isRight = true;
        Clock.WriteHead(
            "Training steps of LeNet-5, tensors on the card", "batch", "difference", "card", "of it copies", "kernels", "products", "the rest", "processor",
            "PyTorch on the card", "PyTorch, one graph");
        foreach (int batch in shapes.LeNetBatches)
        {
            LeNetWork onProcessor = new(batch);
            double processor = Clock.Best(onProcessor.Run);
            foreach ((string prefix, string suffix, CudaGemm gemm) in new[] { ("", "", card), ("tf32 ", ", TF32", cardWithTf32) })
            {
                string name = $"{batch}{suffix}";
                using Step step = new(gemm, batch);
                double difference = step.Difference();
                isRight &= Clock.IsRight(name, difference, Products * (suffix.Length > 0 ? Clock.Tf32Tolerance : Clock.Tolerance(1)));
                double whole = Clock.Best(step.Run);
                (double? copies, double? kernels, double? products, double? rest) = Clock.Split(gemm, step.Run);
                Clock.WriteRow(
                    name, difference, whole, copies, kernels, products, rest, processor,
                    pyTorch[$"{prefix}step lenet5 {batch} 28"], pyTorch[$"{prefix}graph lenet5 {batch} 28"]);
            }
        }

        return isRight;
    }

    private sealed class Step : IDisposable
    {
        private const int Classes = 10;

        private readonly Sequential<float> host = LeNet5Modern.Create<float>(seed: 1);
        private readonly CudaResidentDevice<float> device;
        private readonly ResidentNetwork<float> network;
        private readonly ResidentMomentum<float> optimizer;
        private readonly ResidentTrainer<float> trainer;
        private readonly Tensor<float> images, targets;

        public Step(CudaGemm card, int batch)
        {
            device = new CudaResidentDevice<float>(card);
            network = new ResidentNetwork<float>(device, host);
            optimizer = new ResidentMomentum<float>(network, learningRate: 0.01);
            trainer = new ResidentTrainer<float>(network, optimizer);
            images = Numbers.Tensor(1, 2, batch, 1, 28, 28);
            targets = new Tensor<float>(new Shape(batch, Classes));
            for (int n = 0; n < batch; n++)
                targets[n, Numbers.Whole(n, 50, Classes)] = 1;
        }

        public void Run() => trainer.Step(images, targets);

        // The first step, here and on the processor; of all parameters the gradient that differs most.
        public double Difference()
        {
            Sequential<float> engine = LeNet5Modern.Create<float>(seed: 1);
            SoftmaxCrossEntropy<float> loss = new();
            float expected = loss.Forward(engine.Forward(images, Mode.Train), targets);
            engine.ClearGradients();
            engine.BackwardToParameters(loss.Backward());

            float found = trainer.Step(images, targets);
            network.Download();
            double difference = Clock.Difference([found], [expected]);
            for (int p = 0; p < engine.Parameters.Count; p++)
                difference = Math.Max(difference, Clock.Difference(host.Parameters[p].Gradient.Span, engine.Parameters[p].Gradient.Span));
            return difference;
        }

        public void Dispose()
        {
            trainer.Dispose();
            optimizer.Dispose();
            network.Dispose();
            device.Dispose();
        }
    }
}
