using System.Globalization;
using System.Runtime.Intrinsics.X86;
using RefNet.Backends.Simd;

namespace RefNet.Benchmarks.Algorithms;

/// <summary>
/// Measures the cost of each step of each convolution algorithm on this processor, and prints the table for
/// RefNet/Backends/Simd/Convolutions/ConvolutionCosts.cs.
/// </summary>
internal static class CalibrateCommand
{
    private const double Seconds = 0.25;

    // Choices that take longer than this many times the fastest are listed.
    private const double Wrong = 1.2;

    // An algorithm whose lead is never greater than this is not worth its code.
    private const double Worthwhile = 1.05;

    // Layers of LeNet, VGG, ResNets for 32 and 224 pixels, GoogLeNet, and in between: channels, maps, extent, kernel, stride, padding.
    private static readonly (int Channels, int Maps, int Extent, int Kernel, int Stride, int Padding)[] small =
    [
        (1, 6, 28, 5, 1, 2), (6, 16, 14, 5, 1, 0), (1, 16, 28, 3, 1, 1), (16, 16, 28, 3, 1, 1), (16, 32, 14, 3, 1, 1), (32, 32, 14, 3, 1, 1), (32, 48, 7, 3, 1, 1), (48, 48, 7, 3, 1, 1),
        (3, 16, 32, 3, 1, 1), (16, 16, 32, 3, 1, 1), (16, 32, 32, 3, 2, 1), (32, 32, 16, 3, 1, 1), (32, 64, 16, 3, 2, 1), (64, 64, 8, 3, 1, 1), (3, 32, 32, 5, 1, 2), (32, 32, 16, 5, 1, 2),
        (32, 64, 8, 5, 1, 2), (16, 32, 14, 5, 1, 2), (16, 32, 32, 1, 2, 0),
    ];

    private static readonly (int Channels, int Maps, int Extent, int Kernel, int Stride, int Padding)[] large =
    [
        (3, 64, 224, 3, 1, 1), (3, 64, 224, 7, 2, 3), (3, 64, 224, 11, 4, 2), (64, 64, 112, 3, 1, 1), (64, 64, 56, 1, 1, 0), (64, 64, 56, 3, 1, 1), (64, 256, 56, 1, 1, 0), (256, 64, 56, 1, 1, 0),
        (64, 128, 56, 3, 2, 1), (64, 128, 56, 1, 2, 0), (64, 192, 27, 5, 1, 2), (128, 128, 28, 3, 1, 1), (512, 128, 28, 1, 1, 0), (128, 256, 28, 3, 2, 1), (256, 256, 14, 3, 1, 1), (1024, 256, 14, 1, 1, 0),
        (256, 512, 14, 3, 2, 1), (256, 512, 14, 1, 2, 0), (512, 512, 14, 3, 1, 1), (512, 512, 7, 3, 1, 1), (512, 2048, 7, 1, 1, 0), (96, 208, 14, 3, 1, 1), (192, 384, 13, 3, 1, 1), (16, 48, 14, 5, 1, 2),
        (480, 64, 14, 1, 1, 0),
    ];

    public static int Run()
    {
        int most = ParallelLoop.MaxThreads;
        List<AlgorithmTimes> measured = [.. Measure(1), .. most > 1 ? Measure(most) : []];
        Console.WriteLine($"Nanoseconds of all threads together with {(Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "128 bits or less")}, measured with 1 and with {most} thread(s); the error is the geometric standard deviation of the measured times about them.");
        var costs = new Dictionary<(string, ConvolutionProduct), ConvolutionSteps>();
        foreach (IGrouping<(string Name, ConvolutionProduct Product), AlgorithmTime> group in measured
            .SelectMany(times => times.Times.Select(time => (times.Product, Time: time with { Nanoseconds = time.Nanoseconds * times.Threads }))).GroupBy(row => (row.Time.Name, row.Product), row => row.Time).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            ConvolutionSteps cost = costs[group.Key] = CostFit.Fit([.. group]);
            double error = Math.Exp(Math.Sqrt(group.Average(time => Math.Pow(Math.Log(time.Nanoseconds / time.Steps.Cost(cost)), 2))));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"(\"{group.Key.Name}\", ConvolutionProduct.{group.Key.Product}) => new({cost.Products:G3}, {cost.Inputs:G3}, {cost.Outputs:G3}, {cost.Weights:G3}), // {group.Count()} shapes, error {error:F2}"));
        }

        foreach (string name in costs.Keys.Select(key => key.Item1).Distinct())
            Console.WriteLine(Without(name, measured));
        List<AlgorithmTimes> chosenAnew = [.. measured.Select(times => times with { Chosen = times.Times.MinBy(time => time.Steps.Cost(costs[(time.Name, times.Product)]))!.Name })];
        foreach ((IGrouping<int, AlgorithmTimes> now, IGrouping<int, AlgorithmTimes> anew) in measured.GroupBy(times => times.Threads).Zip(chosenAnew.GroupBy(times => times.Threads)))
            Console.WriteLine($"Time of what is chosen over the fastest with {now.Key} thread(s), geometric mean and worst: {Regrets(now)} now; {Regrets(anew)} with this table.");
        foreach (AlgorithmTimes times in chosenAnew.Where(times => times.Regret > Wrong))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{times.Shape}, {times.Product}, {times.Threads} thread(s): {times.Chosen} takes {times.Regret:F2} times as long as {times.Best.Name}"));
        return 0;
    }

    // What would be lost without an algorithm.
    private static string Without(string name, IReadOnlyList<AlgorithmTimes> measured)
    {
        List<AlgorithmTimes> rivalled = [.. measured.Where(times => times.Times.Count > 1 && times.Times.Any(time => time.Name == name))];
        if (rivalled.Count == 0)
            return $"Without {name}: it was measured alone.";
        AlgorithmTimes most = rivalled.MaxBy(times => times.Lead(name))!;
        return string.Create(CultureInfo.InvariantCulture,
            $"Without {name}, the fastest would take more than {Worthwhile:F2} times as long in {rivalled.Count(times => times.Lead(name) > Worthwhile)} of {rivalled.Count} cases, at most {most.Lead(name):F2} times: {most.Shape}, {most.Product}, {most.Threads} thread(s)");
    }

    private static string Regrets(IEnumerable<AlgorithmTimes> times) => string.Create(CultureInfo.InvariantCulture, $"{Samples.GeometricMean(times.Select(each => each.Regret)):F3}, {times.Max(each => each.Regret):F2}");

    // All algorithms for all products of all shapes. The threads of a small network take whole samples, those of a large one share each layer.
    private static List<AlgorithmTimes> Measure(int threads)
    {
        ParallelLoop.MaxThreads = threads;
        IReadOnlyList<ConvolutionShape> shapes = [.. InBatches(small, 1, 8, 16, 32, 64), .. InBatches(large, 1, 4)];
        return [..
            from product in Enum.GetValues<ConvolutionProduct>()
            from shape in shapes
            where shape.X[1] > 3 || product != ConvolutionProduct.InputGradient
            let times = AlgorithmTimes.Measure(shape, product, Seconds)
            where times is not null
            select times];
    }

    private static IEnumerable<ConvolutionShape> InBatches((int Channels, int Maps, int Extent, int Kernel, int Stride, int Padding)[] layers, params int[] batches) =>
        from layer in layers
        from batch in batches
        select ConvolutionShape.Square(batch, layer.Channels, layer.Maps, layer.Extent, layer.Kernel, layer.Stride, layer.Padding);
}
