namespace RefNet.Benchmarks.Work;

/// <summary>What a process has needed.</summary>
internal static class Memory
{
    /// <summary>The most bytes of this process that have been in memory at one time, or 0 where the system does not say (it is Linux that does).</summary>
    public static long Peak()
    {
        const string Status = "/proc/self/status";
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
