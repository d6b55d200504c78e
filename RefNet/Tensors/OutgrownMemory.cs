using System.Runtime.CompilerServices;

namespace RefNet.Tensors;

/// <summary>
/// Memory that was replaced by larger memory while a program met its largest tensors, in the first passes of a network. The
/// garbage collector, which looks at the number and age of objects, would leave such large arrays for long.
/// </summary>
/// <remarks>Once memory no longer grows, nothing is added here, and nothing is collected.</remarks>
internal static class OutgrownMemory
{
    private const long Most = 16 << 20; // bytes

    private static long uncollected; // bytes

    /// <summary>Tells of memory that is about to be replaced, and no longer referred to; collects it with all other garbage once 16 MiB have come together.</summary>
    /// <param name="length">The number of elements of type <typeparamref name="T"/>.</param>
    public static void Add<T>(int length)
    {
        if (Interlocked.Add(ref uncollected, (long)length * Unsafe.SizeOf<T>()) < Most)
            return;
        Interlocked.Exchange(ref uncollected, 0);
        GC.Collect();
    }
}
