using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace RefNet.Benchmarks.Peers;

/// <summary>
/// A rival's process. It receives commands as lines of words: "prepare FILE WORK..." prepares the work, does it once
/// and writes the result to the file; "time SECONDS" repeats it and answers with the seconds per call; "memory" asks
/// for the peak memory of the process in bytes.
/// </summary>
internal sealed class Worker : IDisposable
{
    private readonly Rival rival;
    private readonly Process process;
    private readonly string resultFile = Path.GetTempFileName();

    public Worker(Rival rival, int threads)
    {
        this.rival = rival;
        ProcessStartInfo start = rival.StartWorker(threads);
        start.RedirectStandardInput = true;
        process = rival.Start(start);
    }

    /// <summary>Prepares the work.</summary>
    /// <returns>The result of the work.</returns>
    public float[] Prepare(string work)
    {
        Ask($"prepare {resultFile} {work}", "ready");
        return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(resultFile)).ToArray();
    }

    /// <summary>Does the work for a while.</summary>
    /// <returns>Samples of the seconds that a call took.</returns>
    public double[] Time(double seconds) =>
        [.. Ask(string.Create(CultureInfo.InvariantCulture, $"time {seconds}"), "samples").Select(word => double.Parse(word, CultureInfo.InvariantCulture))];

    /// <summary>The peak memory of the process in bytes.</summary>
    public long PeakMemory() => long.Parse(Ask("memory", "bytes")[0], CultureInfo.InvariantCulture);

    public void Dispose()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is already dead.
        }

        if (!process.WaitForExit(5000))
            process.Kill();
        process.Dispose();
        File.Delete(resultFile);
    }

    private string[] Ask(string question, string expected)
    {
        string? answer = null;
        try
        {
            process.StandardInput.WriteLine(question);
            process.StandardInput.Flush();
            answer = process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            // A pipe without a reader: the worker has died.
        }

        string[] words = answer?.Split(' ') ?? [];
        return words.Length > 0 && words[0] == expected
            ? words[1..]
            : throw new RivalException($"{rival.Name} did not do \"{question}\"; it {(answer is null ? "died" : $"said \"{answer}\"")}, and its messages stand above.");
    }
}
