using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Memory that a calculation borrows and returns at the end of its <c>using</c>; its contents are undefined. It is
/// aligned to 64 bytes and does not move.
/// </summary>
/// <remarks>A thread keeps returned memory as long as it lives: the largest pieces that it ever needed at the same time.</remarks>
internal readonly ref struct Scratch<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The memory returned on this thread, last on top: the next borrower gets memory that is warm in the cache, and
    // the same sequence of requests finds the same sizes again.
    [ThreadStatic]
    private static Stack<AlignedMemory<T>>? returned;

    private readonly AlignedMemory<T> memory;

    /// <summary>Borrows memory for the given number of elements.</summary>
    public Scratch(int length)
    {
        AlignedMemory<T>? last = returned is { Count: > 0 } ? returned.Pop() : null;
        if (last is not null && last.Length < length)
        {
            int outgrown = last.Length;
            last = null;
            OutgrownMemory.Add<T>(outgrown);
        }

        memory = last ?? new AlignedMemory<T>(length);
        Span = memory.Span[..length];
    }

    /// <summary>The elements.</summary>
    public Span<T> Span { get; }

    /// <summary>Returns the memory.</summary>
    public void Dispose() => (returned ??= new()).Push(memory);
}
