using RefNet.Data;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Benchmarks.Work;

/// <summary>A training step of LeNet-5 (modern form) as Trainer does it: forward, loss, errors, backward, momentum. What is in the images makes no difference to time.</summary>
internal sealed class LeNetWork : IWork
{
    private const int Batches = 10;
    private const int Classes = 10;

    private readonly Trainer<float> trainer;
    private readonly Batch<float>[] batches;
    private int step;

    public LeNetWork(int batch)
    {
        Objective<float> objective = MakeObjective();
        IReadOnlyList<Parameter<float>> parameters = objective.Network.Parameters;
        for (int p = 0; p < parameters.Count; p++)
        {
            Tensor<float> value = parameters[p].Value;
            bool isBias = value.Shape.Rank == 1;
            Numbers.Fill(value.Span, 100 + p, isBias ? 0 : MathF.Sqrt(12f / (value.Count / value.Shape[0])));
        }

        trainer = new Trainer<float>(objective, new Momentum<float>(parameters, learningRate: 0.01, momentum: 0.9), MakeObjective);
        batches = [.. Enumerable.Range(0, Batches).Select(b => MakeBatch(b, batch))];
    }

    /// <summary>The losses of the steps after the first.</summary>
    public float[] Result => [.. batches.Select(_ => Step())];

    public void Run() => Step();

    private float Step() => (float)trainer.Step(batches[step++ % batches.Length]).Loss;

    private static Objective<float> MakeObjective() => new(new LeNet5Modern().Create<float>(seed: 1), () => new SoftmaxCrossEntropy<float>());

    private static Batch<float> MakeBatch(int b, int batch)
    {
        int[] labels = [.. Enumerable.Range(0, batch).Select(n => Numbers.Whole(n, 50 + b, Classes))];
        return new Batch<float>(Numbers.Tensor(b, 2, batch, 1, 28, 28), new Targets<float>(labels, new Shape(batch, Classes)));
    }
}
