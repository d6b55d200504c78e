using System.Runtime.InteropServices;

namespace RefNet.Backends.Simd;

/// <summary>A list of distances in memory, in elements, for kernels: it is pinned.</summary>
internal sealed unsafe class OffsetList(int length)
{
    private readonly nint[] offsets = GC.AllocateArray<nint>(length, pinned: true);

    /// <summary>The list 0, 1, 2, ..., of what lies next to each other.</summary>
    public static OffsetList Consecutive(int length)
    {
        OffsetList list = new(length);
        for (int i = 0; i < length; i++)
            list[i] = i;
        return list;
    }

    /// <summary>The number of distances.</summary>
    public int Length => offsets.Length;

    /// <summary>The first of them; valid as long as this object lives.</summary>
    public nint* Pointer => (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(offsets, 0);

    /// <summary>One of them.</summary>
    public nint this[int i]
    {
        get => offsets[i];
        set => offsets[i] = value;
    }
}
