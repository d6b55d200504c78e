using System.Diagnostics;
using System.Globalization;
using RefNet.Benchmarks.Work;
using RefNet.Blocks;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Benchmarks;

/// <summary>
/// A forward pass of every architecture at its full size, on one sample: its time, and the peak memory of a process
/// that does nothing else. Each runs in a separate process.
/// </summary>
internal static class NetworksCommand
{
    private const double Seconds = 1;

    /// <summary>A table of the named architectures, or of all.</summary>
    public static int Run(IReadOnlyList<string> names)
    {
        try
        {
            IReadOnlyList<Architecture> chosen = names.Count == 0 ? Architectures.All : [.. names.Select(Architectures.Find)];
            Console.WriteLine("| architecture | input | parameters | multiply-adds | forward, ms | GFLOP/s | peak memory, MiB |");
            Console.WriteLine("|---|---|---:|---:|---:|---:|---:|");
            foreach (Architecture architecture in chosen)
                Console.WriteLine(RunAlone(architecture.Name));
            return 0;
        }
        catch (InputException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }

    /// <summary>The row of one architecture, measured in this process.</summary>
    public static int RunOne(string name)
    {
        Architecture architecture = Architectures.Find(name);
        Network<float> network = architecture.Create<float>(seed: 1);
        Tensor<float> x = Numbers.Tensor(1, 2, network.InputShape.Batch(1).ToArray());
        network.Predict(x); // draws the weights
        double best = double.PositiveInfinity;
        for (long start = Stopwatch.GetTimestamp(); double.IsInfinity(best) || Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds;)
        {
            long before = Stopwatch.GetTimestamp();
            network.Predict(x);
            best = Math.Min(best, Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        long multiplyAdds = network.Cost(network.InputShape).MultiplyAccumulates, parameters = network.Parameters.Sum(parameter => (long)parameter.Count);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {network.InputShape} | {parameters:N0} | {multiplyAdds:N0} | {best * 1e3:G3} | {2 * multiplyAdds / best / 1e9:G3} | {Memory.Peak() >> 20:N0} |"));
        return 0;
    }

    private static string RunAlone(string name)
    {
        string program = Environment.ProcessPath!, assembly = typeof(NetworksCommand).Assembly.Location;
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(assembly);
        start.ArgumentList.Add("network");
        start.ArgumentList.Add(name);
        using Process process = Process.Start(start)!;
        string row = process.StandardOutput.ReadToEnd().TrimEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? row : $"| {name} | ended with code {process.ExitCode} | | | | | |";
    }
}
