using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>Whole training runs of LeNet-5, modern form, as a user starts them: from the start of the process to its end.</summary>
internal sealed partial class EpochsComparison : Comparison
{
    // Test errors after the same number of epochs, in percentage points: two seeds differ by about 0.1, and by more after one or two epochs.
    private const double Tolerance = 1;

    public override string Name => "epochs";

    public override string Title => "A training run of LeNet-5 (modern form) on MNIST";

    public override IEnumerable<Goal> Run(CompareOptions options, double peak, Report report)
    {
        IReadOnlyList<Rival> rivals = [Rivals.RefNet, .. Rivals.PyTorch];
        List<TrainingTime>[] runs = [.. rivals.Select(_ => new List<TrainingTime>())];
        for (int launch = 0; launch < options.Launches; launch++)
        {
            for (int r = 0; r < rivals.Count; r++)
            {
                if (TryTrain(rivals[r], options) is not { } run)
                    continue;
                runs[r].Add(run);
                if (Math.Abs(runs[r][^1].TestError - runs[0][^1].TestError) > Tolerance)
                    throw new RivalException($"{rivals[r].Name} ends with a test error of {runs[r][^1].TestError} %, RefNet with {runs[0][^1].TestError} %: they do not do the same.");
            }
        }

        report.WriteLine($"## {Title}\n");
        report.WriteLine(
            $"{options.Epochs} epoch(s) of 55,000 images in batches of 64, with reading, 5,000 held-out images after each epoch, checkpoints and the test: "
            + "seconds from the start of the process to its end, the best launch with the median in brackets. For RefNet it is `refnet train lenet5-modern`.\n");
        report.Head("", "seconds", "first epoch", "later epochs", "images/s in these", "test error", "time / RefNet's");
        double fastest = runs[0].Min(run => run.Seconds);
        for (int r = 0; r < rivals.Count; r++)
        {
            if (runs[r].MinBy(run => run.Seconds) is not { } best)
            {
                report.Row(rivals[r].Name, Format.Failed, "", "", "", "", "");
                continue;
            }

            double[] laterEpochs = [.. best.EpochSeconds.Skip(1).Order()];
            double later = laterEpochs.Length > 0 ? laterEpochs[laterEpochs.Length / 2] : best.EpochSeconds[0];
            report.Row(
                rivals[r].Name, $"{Format.Seconds(best.Seconds)} ({Format.Seconds(runs[r].Select(run => run.Seconds).Order().ElementAt(runs[r].Count / 2))})",
                Format.Seconds(best.EpochSeconds[0]), Format.Seconds(later), Format.Whole(55_000 / later), $"{Format.Ratio(best.TestError)} %", Format.Ratio(best.Seconds / fastest));
        }

        report.WriteLine("");
        return rivals.Count == 1 ? [] : [new Goal($"LeNet-5, {options.Epochs} epoch(s) with data loading", 3.5, 5, runs[1..].SelectMany(list => list).Select(run => run.Seconds).DefaultIfEmpty(double.NaN).Min() / fastest)];
    }

    // Null if a rival has died; RefNet must not die.
    private static TrainingTime? TryTrain(Rival rival, CompareOptions options)
    {
        try
        {
            return Train(rival, options);
        }
        catch (RivalException error) when (rival != Rivals.RefNet)
        {
            Console.Error.WriteLine(error.Message);
            return null;
        }
    }

    private static TrainingTime Train(Rival rival, CompareOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("refnet-epochs").FullName, run = Path.Combine(folder, "run");
        string data = DataFolder();
        string console = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "RefNet.Console.exe" : "RefNet.Console");
        ProcessStartInfo start = rival.Program == RivalProgram.PyTorch
            ? rival.StartPython("train_lenet5.py", data, $"{options.Epochs}", $"{options.Threads}", rival.Backend, folder)
            : rival.Start(console, "train", "lenet5-modern", "--epochs", $"{options.Epochs}", "--threads", $"{options.Threads}", "--data", data, "--out", run, "--plain");
        try
        {
            long begin = Stopwatch.GetTimestamp();
            using Process process = rival.Start(start);
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            if (process.ExitCode != 0)
                throw new RivalException($"{rival.Name} ended with code {process.ExitCode}; its messages stand above.");
            return new TrainingTime(seconds, Number(TestError().Match(output).Groups[1].Value), rival.Program == RivalProgram.PyTorch ? PyTorchSeconds(output) : RefNetSeconds(run));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double[] PyTorchSeconds(string output) =>
        [.. output.Split('\n').Single(line => line.StartsWith("seconds", StringComparison.Ordinal)).Split(' ')[1..].Select(Number)];

    private static double[] RefNetSeconds(string run)
    {
        string[] lines = File.ReadAllLines(Path.Combine(run, "history.csv"));
        int column = Array.IndexOf(lines[0].Split(','), "seconds");
        return [.. lines[1..].Select(line => Number(line.Split(',')[column]))];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    // The data of the project, in a folder above the program.
    private static string DataFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string data = Path.Combine(folder.FullName, "data", "mnist");
            if (Directory.Exists(data))
                return data;
        }

        throw new RivalException("The folder data/mnist was not found above the program.");
    }

    [GeneratedRegex(@"Test error: ([\d.]+) %")]
    private static partial Regex TestError();

    private sealed record TrainingTime(double Seconds, double TestError, double[] EpochSeconds);
}
