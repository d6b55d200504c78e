namespace RefNet.Benchmarks.Work;

/// <summary>The memory use of a process.</summary>
internal static class Memory
{
    /// <summary>The peak memory of this process in bytes, or 0 where the system does not report it (Linux does).</summary>
    public static long Peak()
    {
        const string Status = "/proc/self/status";
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
