using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RefNet.Tensors;

/// <summary>Zeroed memory that is aligned to 64 bytes (a cache line, an AVX-512 register) and does not move.</summary>
internal sealed class AlignedMemory<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Alignment = 64;

    private readonly T[] array;
    private readonly int start;

    /// <summary>Allocates memory for the given number of elements, all zero.</summary>
    public AlignedMemory(int length)
    {
        Length = length;
        array = GC.AllocateArray<T>(length + Alignment / Unsafe.SizeOf<T>(), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        start = (int)((Alignment - address % Alignment) % Alignment) / Unsafe.SizeOf<T>();
    }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>All elements.</summary>
    public Span<T> Span => array.AsSpan(start, Length);
}
