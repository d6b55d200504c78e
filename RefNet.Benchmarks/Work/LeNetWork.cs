using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>A training step of LeNet-5 (modern form): forward, loss, backward, momentum. What is in the images makes no difference to time.</summary>
internal sealed class LeNetWork : IWork
{
    private const int Batches = 10;
    private const int Classes = 10;

    private readonly Sequential<float> network = LeNet5Modern.Create<float>(seed: 1);
    private readonly SoftmaxCrossEntropy<float> loss = new();
    private readonly Momentum<float> optimizer;
    private readonly (Tensor<float> Images, Tensor<float> Targets)[] batches;
    private int step;

    public LeNetWork(int batch)
    {
        for (int p = 0; p < network.Parameters.Count; p++)
        {
            Tensor<float> value = network.Parameters[p].Value;
            bool isBias = value.Shape.Rank == 1;
            Numbers.Fill(value.Span, 100 + p, isBias ? 0 : MathF.Sqrt(12f / (value.Count / value.Shape[0])));
        }

        optimizer = new Momentum<float>(network.Parameters, learningRate: 0.01, momentum: 0.9);
        batches = [.. Enumerable.Range(0, Batches).Select(b => (Numbers.Tensor(b, 2, batch, 1, 28, 28), Targets(b, batch)))];
    }

    /// <summary>The losses of the steps after the first.</summary>
    public float[] Result => [.. batches.Select(_ => Step())];

    public void Run() => Step();

    private float Step()
    {
        (Tensor<float> images, Tensor<float> targets) = batches[step++ % batches.Length];
        float value = loss.Forward(network.Forward(images, Mode.Train), targets);
        foreach (Parameter<float> parameter in network.Parameters)
            parameter.ClearGradient();
        network.BackwardToParameters(loss.Backward());
        optimizer.Step();
        return value;
    }

    private static Tensor<float> Targets(int b, int batch)
    {
        Tensor<float> targets = new(new Shape(batch, Classes));
        for (int n = 0; n < batch; n++)
            targets[n, Numbers.Whole(n, 50 + b, Classes)] = 1;
        return targets;
    }
}
