using System.Buffers;
using System.Numerics;

namespace RefNet.LinearAlgebra;

/// <summary>Memory that a calculation borrows and gives back at the end of its <c>using</c>; it holds anything at first.</summary>
internal readonly ref struct Scratch<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] array;

    /// <summary>Borrows memory for so many elements.</summary>
    public Scratch(int length)
    {
        array = ArrayPool<T>.Shared.Rent(length);
        Span = array.AsSpan(0, length);
    }

    /// <summary>The elements.</summary>
    public Span<T> Span { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => ArrayPool<T>.Shared.Return(array);
}
