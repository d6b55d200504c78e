using System.Diagnostics;
using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Benchmarks.Work;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Algorithms;

/// <summary>The times of all algorithms for one product of a convolution.</summary>
/// <param name="Shape">The convolution.</param>
/// <param name="Product">Which product.</param>
/// <param name="Chosen">The name of the algorithm that the engine chooses.</param>
/// <param name="Times">The time of each.</param>
/// <param name="Threads">The number of threads that shared the work.</param>
internal sealed record AlgorithmTimes(ConvolutionShape Shape, ConvolutionProduct Product, string Chosen, IReadOnlyList<AlgorithmTime> Times, int Threads)
{
    private const int FewestCalls = 3;

    /// <summary>The fastest.</summary>
    public AlgorithmTime Best => Times.MinBy(time => time.Nanoseconds)!;

    /// <summary>The time of the chosen algorithm over that of the fastest: 1 where the choice is right.</summary>
    public double Regret => Times.First(time => time.Name == Chosen).Nanoseconds / Best.Nanoseconds;

    /// <summary>The time of the fastest other algorithm over that of the given one: above 1 where no other is as fast.</summary>
    public double Lead(string name) => Times.Where(time => time.Name != name).Min(time => time.Nanoseconds) / Times.First(time => time.Name == name).Nanoseconds;

    /// <summary>Measures one product of a convolution by every algorithm in turn; null where there is no choice.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="product">Which product.</param>
    /// <param name="seconds">The total time to measure.</param>
    public static AlgorithmTimes? Measure(ConvolutionShape shape, ConvolutionProduct product, double seconds)
    {
        GemmKernel<float> kernel = SimdGemm<float>.BestKernel();
        SimdConvolution<float> convolution = new(shape.Geometry, shape.Groups, new SimdGemm<float>(), kernel, useWinograd: true);
        if (convolution.Choice(product, shape.X, shape.Y) is not IConvolutionAlgorithm<float> chosen)
            return null;
        Tensor<float> x = Numbers.Tensor(1, 1, shape.X.ToArray()), w = Numbers.Tensor(2, 1, shape.W.ToArray()), y = Numbers.Tensor(3, 1, shape.Y.ToArray());
        Action<IConvolution<float>> run = product switch
        {
            ConvolutionProduct.Forward => algorithm => algorithm.Forward(x, w, null, y),
            ConvolutionProduct.WeightGradient => algorithm => algorithm.AddWeightGradient(x, y, w),
            _ => algorithm => algorithm.InputGradient(w, y, x),
        };

        IConvolutionAlgorithm<float>[] possible = [.. convolution.Algorithms.Where(algorithm => double.IsFinite(algorithm.CountSteps(product, shape.X, shape.Y).Products))];
        double[] best = [.. possible.Select(_ => double.PositiveInfinity)];
        long start = Stopwatch.GetTimestamp();
        for (int call = 0; call < FewestCalls || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; call++)
        {
            for (int a = 0; a < possible.Length; a++)
            {
                long before = Stopwatch.GetTimestamp();
                run(possible[a]);
                best[a] = Math.Min(best[a], Stopwatch.GetElapsedTime(before).TotalNanoseconds);
            }
        }

        return new AlgorithmTimes(shape, product, chosen.Name,
            [.. possible.Zip(best, (algorithm, time) => new AlgorithmTime(algorithm.Name, algorithm.CountSteps(product, shape.X, shape.Y), time / shape.X[0]))], ParallelLoop.MaxThreads);
    }
}

/// <summary>The time of an algorithm for one image of a batch.</summary>
/// <param name="Name">The algorithm.</param>
/// <param name="Steps">Its steps, by its own count.</param>
/// <param name="Nanoseconds">The best of all calls, for one image.</param>
internal sealed record AlgorithmTime(string Name, ConvolutionSteps Steps, double Nanoseconds);
