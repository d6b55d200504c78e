using RefNet.Benchmarks.Peers;
using RefNet.Benchmarks.Rows;

namespace RefNet.Benchmarks;

/// <summary>
/// RefNet against its peers: every rival in a separate process, taking turns in one run, with results compared before
/// any time is measured. It installs nothing.
/// </summary>
internal static class CompareCommand
{
    private static readonly IReadOnlyList<Comparison> all =
    [
        new GemmComparison(),
        ConvolutionComparison.Forward,
        ConvolutionComparison.InputGradient,
        ConvolutionComparison.WeightGradient,
        new LeNetComparison(),
        new StepComparison(),
        new EvaluationComparison(),
        new EpochsComparison(),
        new BatchNormalizationComparison(),
        new FunctionComparison(),
        new LayerComparison(),
        new MemoryComparison(),
    ];

    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            CompareOptions options = CompareOptions.Parse(arguments);
            IReadOnlyList<Comparison> chosen = Choose(options.Kinds);
            using Report report = new(options.Output);
            foreach (string need in Rivals.Missing())
                report.WriteLine(need + "\n");

            double peak = Peak.Measure() * options.Threads;
            report.WriteLine($"{options.Threads} thread(s); multiply-add peak {peak:F0} GFLOP/s; {options.Launches} launch(es) of each process, {options.Rounds} turn(s) of {options.TurnSeconds} s a row and launch.");
            report.WriteLine("Times are the best of all samples, with the median in brackets. A ratio is the time of the fastest peer over RefNet's: above 1 RefNet is faster.\n");
            List<Goal> goals = [];
            foreach (Comparison comparison in chosen)
                goals.AddRange(comparison.Run(options, peak, report));
            Goal.Write(goals, report);
            return 0;
        }
        catch (InputException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
        catch (RivalException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    public static int Usage()
    {
        Console.WriteLine($"""
            dotnet run -c Release --project RefNet.Benchmarks -- compare [KIND...] [options]

            Kinds (all where none is given; the first letters of a name will do):
            {string.Join("\n", all.Select(kind => $"  {kind.Name,-18}{kind.Title}"))}

            Options:
              --output FILE     write the tables as Markdown, too
              --only TEXT       only rows whose name holds the text
              --threads N       threads of each rival [2]
              --launches N      how often each process is started anew [3]
              --rounds N        turns of each rival a row and launch [3]
              --seconds S       the length of a turn [0.15]
              --epochs N        epochs of the training run [10]
              --quick           some rows of each kind, one launch, one turn of 0.05 s, 1 epoch

            dotnet run -c Release --project RefNet.Benchmarks -- kernels [--threads N] [options of BenchmarkDotNet]

            Times RefNet's kernels one by one: all of them, or those that --filter names ('*Depthwise*', '*Gemm*');
            --list flat names them.

            dotnet run -c Release --project RefNet.Benchmarks -- algorithms [--batch N] [NAME...]

            For every convolution of the architectures: which algorithm is taken, what each would take, and where the choice
            is wrong.

            dotnet run -c Release --project RefNet.Benchmarks -- calibrate

            What the steps of each algorithm cost on this processor: the table of ConvolutionCosts.cs.

            dotnet run -c Release --project RefNet.Benchmarks -- networks [NAME...]

            A forward pass of each architecture at full size on one sample: time and peak memory, as a Markdown table.
            """);
        return 1;
    }

    private static IReadOnlyList<Comparison> Choose(IReadOnlyList<string> kinds)
    {
        foreach (string kind in kinds)
        {
            if (!all.Any(comparison => comparison.Name.StartsWith(kind, StringComparison.Ordinal)))
                throw new InputException($"There is no kind of rows '{kind}'; choose from {string.Join(", ", all.Select(comparison => comparison.Name))}.");
        }

        return kinds.Count == 0 ? all : [.. all.Where(comparison => kinds.Any(kind => comparison.Name.StartsWith(kind, StringComparison.Ordinal)))];
    }
}
