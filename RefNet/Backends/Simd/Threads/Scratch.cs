using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Memory that a calculation borrows and gives back at the end of its <c>using</c>; it holds anything at first. It begins
/// on a 64-byte boundary and does not move.
/// </summary>
/// <remarks>A thread keeps what was given back for as long as it lives: the largest pieces that it ever needed at a time.</remarks>
internal readonly ref struct Scratch<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // What was given back on this thread, last on top: the next to borrow gets the memory that is warm in the cache, and
    // the same sequence of borrowing finds the same sizes again.
    [ThreadStatic]
    private static Stack<AlignedMemory<T>>? returned;

    private readonly AlignedMemory<T> memory;

    /// <summary>Borrows memory for so many elements.</summary>
    public Scratch(int length)
    {
        memory = returned is { Count: > 0 } ? returned.Pop() : new AlignedMemory<T>(length);
        if (memory.Length < length)
            memory = new AlignedMemory<T>(length);
        Span = memory.Span[..length];
    }

    /// <summary>The elements.</summary>
    public Span<T> Span { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => (returned ??= new()).Push(memory);
}
