using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace RefNet.Benchmarks.Work;

/// <summary>The other end of <c>Peers.Worker</c>, for the works of one rival; worker.py is PyTorch's.</summary>
internal static class WorkerHost
{
    // Long enough for the clock, short enough that many samples fall between the interruptions of a busy machine.
    private const double SampleSeconds = 0.001;

    /// <summary>Executes commands until there are no more.</summary>
    /// <param name="create">Creates a work from its words.</param>
    public static int Run(Func<string[], IWork> create)
    {
        Action run = () => { };
        int calls = 1;
        while (Console.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            if (words[0] == "prepare")
            {
                run = () => { };
                GC.Collect(); // the memory of the last work
                GC.WaitForPendingFinalizers();
                IWork work = create(words[2..]);
                work.Run();
                File.WriteAllBytes(words[1], MemoryMarshal.AsBytes<float>(work.Result));
                run = work.Run;
                calls = (int)Math.Clamp(SampleSeconds / Seconds(run, 1), 1, 100_000);
                Console.WriteLine("ready");
            }
            else if (words[0] == "memory")
            {
                Console.WriteLine($"bytes {Memory.Peak()}");
            }
            else
            {
                double seconds = double.Parse(words[1], CultureInfo.InvariantCulture);
                List<double> samples = [];
                long start = Stopwatch.GetTimestamp();
                while (samples.Count == 0 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
                    samples.Add(Seconds(run, calls));
                Console.WriteLine("samples " + string.Join(' ', samples.Select(sample => sample.ToString("G6", CultureInfo.InvariantCulture))));
            }
        }

        return 0;
    }

    private static double Seconds(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
            action();
        return Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, 1e-7) / calls;
    }
}
