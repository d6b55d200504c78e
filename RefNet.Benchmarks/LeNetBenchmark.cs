using System.Diagnostics;
using System.Globalization;

namespace RefNet.Benchmarks;

/// <summary>
/// Training LeNet-5 (modern form: forward, loss, backward, momentum step) in RefNet and in PyTorch: separate processes,
/// launched in turn, from the same weights over the same batches. Their losses are compared before any time is believed.
/// </summary>
/// <remarks>
/// PyTorch is Debian's (apt-get install python3-torch), which calls whatever libblas.so.3 the loader finds. "As
/// installed" is the reference BLAS that python3-torch depends on; for "tuned", LD_LIBRARY_PATH puts OpenBLAS (apt-get
/// install libopenblas0-pthread) in front of it, with one thread so that its threads do not fight PyTorch's.
/// </remarks>
internal static class LeNetBenchmark
{
    public const double Seconds = 2;
    public const int StepsPerSample = 10;

    private const int Launches = 3;
    private const string Python = "/usr/bin/python3";
    private static readonly string Self = OperatingSystem.IsWindows() ? "RefNet.Benchmarks.exe" : "RefNet.Benchmarks";
    private const string Libraries = "/usr/lib/x86_64-linux-gnu";

    private static readonly Rival[] rivals =
    [
        new("RefNet", "", []),
        new("PyTorch as installed", "contiguous", [new("LD_LIBRARY_PATH", $"{Libraries}/blas")]),
        new("PyTorch tuned", "contiguous", [.. Tuned]),
        new("PyTorch tuned, channels last", "channels_last", [.. Tuned]),
    ];

    private static KeyValuePair<string, string>[] Tuned =>
    [
        new("LD_LIBRARY_PATH", $"{Libraries}/openblas-pthread"),
        new("OPENBLAS_NUM_THREADS", "1"),
        new("ATEN_CPU_CAPABILITY", "avx512"),
        new("MALLOC_MMAP_MAX_", "0"),
        new("MALLOC_TRIM_THRESHOLD_", "100000000000"),
    ];

    public static int Run()
    {
        if (!File.Exists(Python))
        {
            Console.Error.WriteLine($"{Python} was not found; this benchmark needs Debian's python3-torch and libopenblas0-pthread.");
            return 1;
        }

        Console.WriteLine($"Training steps of LeNet-5, images a second on 2 threads: best and median of {Launches} launches of {Seconds} s each.");
        Console.WriteLine();
        Console.WriteLine("| batch | " + string.Join(" | ", rivals.Select(rival => rival.Name)) + " | RefNet / best PyTorch |");
        Console.WriteLine("|---:|" + string.Concat(Enumerable.Repeat("---:|", rivals.Length + 1)));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("refnet-lenet");
        try
        {
            foreach (int batch in new[] { 32, 64, 128, 256 })
                RunBatch(folder.FullName, batch);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    private static void RunBatch(string folder, int batch)
    {
        LeNetProblem.Write(folder, batch);
        List<double>[] speeds = [.. rivals.Select(_ => new List<double>())];
        double[]? expected = null;
        for (int launch = 0; launch < Launches; launch++)
        {
            for (int i = 0; i < rivals.Length; i++)
            {
                (double[] losses, double[] samples) = Launch(rivals[i], folder, batch);
                expected ??= losses;
                Validate(rivals[i].Name, losses, expected);
                speeds[i].AddRange(samples);
            }
        }

        double[] best = [.. speeds.Select(list => list.Max())];
        IEnumerable<string> cells = speeds.Select(list => $"{list.Max():N0} ({list.Order().ElementAt(list.Count / 2):N0})");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {batch} | {string.Join(" | ", cells)} | {best[0] / best[1..].Max():F2} |"));
    }

    // Ten steps in float from the same weights: they part by rounding alone, which the steps amplify a little.
    private static void Validate(string name, double[] losses, double[] expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(losses[i] - expected[i]) <= 1e-4 * expected[i]))
                throw new InvalidOperationException($"{name}: the loss of step {i} is {losses[i]}, RefNet's is {expected[i]}; there is nothing to time.");
        }
    }

    private static (double[] Losses, double[] Speeds) Launch(Rival rival, string folder, int batch)
    {
        const int Threads = 2;
        ProcessStartInfo start = rival.Layout.Length == 0
            ? new(Path.Combine(AppContext.BaseDirectory, Self), ["lenet-refnet", folder, $"{batch}", $"{Threads}"])
            : new(Python, [Path.Combine(AppContext.BaseDirectory, "lenet_pytorch.py"), folder, $"{batch}", $"{Threads}", rival.Layout, $"{Seconds}", $"{StepsPerSample}"]);
        start.RedirectStandardOutput = true;
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        foreach ((string variable, string value) in rival.Variables)
            start.Environment[variable] = value;

        using Process process = Process.Start(start)!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        return process.ExitCode == 0
            ? (Numbers(lines, "losses"), Numbers(lines, "speeds"))
            : throw new InvalidOperationException($"{rival.Name} ended with code {process.ExitCode}; its messages stand above.");
    }

    private static double[] Numbers(string[] lines, string label) =>
        [.. lines.Single(line => line.StartsWith(label)).Split(' ')[1..].Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    private sealed record Rival(string Name, string Layout, KeyValuePair<string, string>[] Variables);
}
