namespace RefNet.Tensors;

/// <summary>
/// Memory that was replaced by larger memory while a program met its largest tensors, in the first passes of a network. The
/// garbage collector, which looks at the number and age of objects, would leave such large arrays for long.
/// </summary>
/// <remarks>Once memory no longer grows, nothing is added here, and nothing is collected.</remarks>
internal static class OutgrownMemory
{
    private const long Most = 16 << 20;

    private static long uncollected;

    /// <summary>Tells of memory that was just replaced, in bytes; collects it with all other garbage once 16 MiB have come together.</summary>
    public static void Add(long bytes)
    {
        if (Interlocked.Add(ref uncollected, bytes) < Most)
            return;
        Interlocked.Exchange(ref uncollected, 0);
        GC.Collect();
    }
}
