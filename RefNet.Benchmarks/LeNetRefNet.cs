using System.Diagnostics;
using System.Globalization;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Benchmarks;

/// <summary>RefNet's side of the LeNet benchmark, in a process of its own; lenet_pytorch.py is the other, line by line.</summary>
internal static class LeNetRefNet
{
    public static int Run(string folder, int batch, int threads)
    {
        ParallelLoop.MaxThreads = threads;
        Sequential<float> network = LeNet5Modern.Create<float>(seed: 1);
        SoftmaxCrossEntropy<float> loss = new();
        Momentum<float> optimizer = new(network.Parameters, LeNetProblem.LearningRate, LeNetProblem.Momentum);
        (Tensor<float> Images, Tensor<float> Targets)[] batches = LeNetProblem.ReadBatches(folder, batch);

        float Step(int i)
        {
            (Tensor<float> images, Tensor<float> targets) = batches[i % batches.Length];
            float value = loss.Forward(network.Forward(images, Mode.Train), targets);
            foreach (Parameter<float> parameter in network.Parameters)
                parameter.ClearGradient();
            network.Backward(loss.Backward());
            optimizer.Step();
            return value;
        }

        Console.WriteLine("losses " + string.Join(" ", Enumerable.Range(0, LeNetProblem.Batches).Select(i => Step(i).ToString("G9", CultureInfo.InvariantCulture))));

        List<double> speeds = [];
        long begin = Stopwatch.GetTimestamp();
        for (double elapsed = 0; elapsed < LeNetBenchmark.Seconds;)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < LeNetBenchmark.StepsPerSample; i++)
                Step(i);
            speeds.Add(LeNetBenchmark.StepsPerSample * batch / Stopwatch.GetElapsedTime(start).TotalSeconds);
            elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        }

        Console.WriteLine("speeds " + string.Join(" ", speeds.Select(speed => speed.ToString("F0", CultureInfo.InvariantCulture))));
        return 0;
    }
}
