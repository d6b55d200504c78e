using System.Diagnostics;
using RefNet.LinearAlgebra;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Benchmarks;

/// <summary>C = A B in float over squares and over the shapes of networks; TA or TB: the operand is stored as its transpose.</summary>
internal static unsafe class GemmBenchmark
{
    private const double SecondsPerShape = 0.5;

    private static readonly (string Name, int M, int N, int K, bool TA, bool TB)[] shapes =
    [
        ("square", 64, 64, 64, false, false),
        ("square", 128, 128, 128, false, false),
        ("square", 256, 256, 256, false, false),
        ("square", 512, 512, 512, false, false),
        ("square", 1024, 1024, 1024, false, false),
        ("square, AᵀB", 1024, 1024, 1024, true, false),
        ("square, ABᵀ", 1024, 1024, 1024, false, true),
        ("LeNet C1", 6, 784, 25, false, false),
        ("LeNet C1 dW", 6, 25, 784, false, true),
        ("LeNet C1 columns", 25, 784, 6, true, false),
        ("LeNet C3", 16, 100, 150, false, false),
        ("LeNet C3 dW", 16, 150, 100, false, true),
        ("LeNet C3 columns", 150, 100, 16, true, false),
        ("LeNet F5", 64, 120, 400, false, true),
        ("LeNet F5 dW", 120, 400, 64, true, false),
        ("LeNet F5 dX", 64, 400, 120, false, false),
        ("LeNet output", 64, 10, 84, false, true),
        ("LeNet output dW", 10, 84, 64, true, false),
        ("VGG 3x3, 64 maps 56x56", 64, 3136, 576, false, false),
        ("VGG 3x3, 128 maps 28x28", 128, 784, 1152, false, false),
        ("VGG 3x3, 512 maps 7x7", 512, 49, 4608, false, false),
        ("VGG fully connected", 64, 4096, 4096, false, true),
        ("one sample, 4096 units", 1, 4096, 4096, false, true),
    ];

    public static int Run(string[] arguments)
    {
        int threads = arguments.Length > 0 ? int.Parse(arguments[0]) : 1;
        OpenBlas? openBlas = OpenBlas.TryLoad(out string reason);
        if (openBlas is null)
        {
            Console.Error.WriteLine(reason);
            return 1;
        }

        ParallelLoop.MaxThreads = threads;
        openBlas.Threads = threads;
        double peak = Peak.Measure() * threads;
        Console.WriteLine($"{openBlas.Description}; {threads} thread(s); multiply-add peak {peak:F0} GFLOP/s");
        Console.WriteLine();
        Console.WriteLine("| shape | M x N x K | RefNet best us | median | GFLOP/s | of peak | OpenBLAS best us | median | OpenBLAS / RefNet | Math.NET best us |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        List<double> ratios = [];
        foreach ((string name, int m, int n, int k, bool ta, bool tb) in shapes)
        {
            Tensor<float> a = RandomTensor(ta ? k : m, ta ? m : k, 1), b = RandomTensor(tb ? n : k, tb ? k : n, 2);
            Tensor<float> c = new(new Shape(m, n)), native = new(new Shape(m, n)), mathNet = new(new Shape(m, n));
            SimdGemm<float> simdGemm = new();
            MathNetGemm<float> mathNetGemm = new();
            void Multiply(IGemm<float> gemm, Tensor<float> product) =>
                gemm.Multiply(ta ? a.AsMatrix().Transposed : a.AsMatrix(), tb ? b.AsMatrix().Transposed : b.AsMatrix(), product.AsMatrix());
            void MultiplyNative()
            {
                fixed (float* pa = a.Span, pb = b.Span, pc = native.Span)
                    openBlas.Multiply(m, n, k, ta, pa, tb, pb, pc);
            }

            Multiply(simdGemm, c);
            MultiplyNative();
            long start = Stopwatch.GetTimestamp();
            Multiply(mathNetGemm, mathNet);
            double mathNetSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Validate(name, k, c, native);
            Validate(name, k, c, mathNet);

            Timing[] timings = Timing.Alternate(SecondsPerShape, () => Multiply(simdGemm, c), MultiplyNative);
            for (int i = 0; i < 5 && mathNetSeconds < 0.2; i++)
                mathNetSeconds = Math.Min(mathNetSeconds, Timing.Alternate(0, () => Multiply(mathNetGemm, mathNet))[0].Best);
            double flops = 2.0 * m * n * k / timings[0].Best / 1e9;
            ratios.Add(timings[1].Best / timings[0].Best);
            Console.WriteLine(
                $"| {name} | {m} x {n} x {k} | {timings[0].Best * 1e6:F2} | {timings[0].Median * 1e6:F2} | {flops:F0} | {flops / peak:P0} | {timings[1].Best * 1e6:F2} | {timings[1].Median * 1e6:F2} | {ratios[^1]:F2} | {mathNetSeconds * 1e6:F0} |");
        }

        Console.WriteLine();
        Console.WriteLine($"Geometric mean of OpenBLAS / RefNet: {Math.Exp(ratios.Average(Math.Log)):F2} (above 1: RefNet is faster).");
        return 0;
    }

    private static Tensor<float> RandomTensor(int rows, int columns, int seed)
    {
        Random random = Seeds.Create(seed);
        Tensor<float> tensor = new(new Shape(rows, columns));
        foreach (ref float value in tensor.Span)
            value = random.NextSingle() - 0.5f;
        return tensor;
    }

    // Two sums of K products of numbers up to 1/2 differ by at most K epsilon K / 4.
    private static void Validate(string name, int k, Tensor<float> ours, Tensor<float> theirs)
    {
        double tolerance = 0.25 * k * k * (float.BitIncrement(1) - 1);
        for (int i = 0; i < ours.Count; i++)
        {
            if (!(Math.Abs(ours.Span[i] - theirs.Span[i]) <= tolerance))
                throw new InvalidOperationException($"{name}: element {i} is {ours.Span[i]} here and {theirs.Span[i]} there; there is nothing to time.");
        }
    }
}
