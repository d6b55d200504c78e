using RefNet.Data;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Benchmarks.Work;

/// <summary>A training step of a network as Trainer does it: forward, loss, errors, backward, momentum. The contents of the images do not affect the time.</summary>
internal sealed class StepWork : IWork
{
    // As in worker.py and RefNet.Peers.
    private const int Batches = 4;
    private const double Rate = 0.01, Momentum = 0.9;

    private readonly Trainer<float> trainer;
    private readonly Batch<float>[] batches;
    private int step;

    /// <param name="name">An architecture.</param>
    /// <param name="numbers">Images per step, the three extents of an image, classes.</param>
    public StepWork(string name, int[] numbers)
    {
        Objective<float> objective = MakeObjective();
        trainer = new Trainer<float>(objective, new Momentum<float>(objective.Network.Parameters, Rate, Momentum), MakeObjective);
        batches = [.. Enumerable.Range(0, Batches).Select(MakeBatch)];

        Objective<float> MakeObjective() => new(FilledNetwork.Create(name), () => new SoftmaxCrossEntropy<float>());

        Batch<float> MakeBatch(int b) => new(
            Numbers.Tensor(b, 2, numbers[..4]), new Targets<float>(Numbers.Labels(numbers[0], 50 + b, numbers[4]), new Shape(numbers[0], numbers[4])));
    }

    /// <summary>The losses of the steps after the first.</summary>
    public float[] Result => [.. batches.Select(_ => Step())];

    public void Run() => Step();

    private float Step() => (float)trainer.Step(batches[step++ % batches.Length]).Loss;
}
