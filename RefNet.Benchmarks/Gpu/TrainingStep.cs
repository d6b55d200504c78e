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

/// <summary>A training step of a network, with momentum, on one batch again and again.</summary>
internal sealed class TrainingStep
{
    private readonly IBackend<float> backend;
    private readonly Network<float> network;
    private readonly Trainer<float> trainer;
    private readonly Batch<float> batch;

    public TrainingStep(string name, int samples, int extent, IBackend<float> backend)
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
