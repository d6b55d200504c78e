using System.Runtime.InteropServices;

namespace RefNet.Backends.Simd;

/// <summary>Distances in memory, in elements, in a list that a kernel can walk along: it does not move.</summary>
internal sealed unsafe class OffsetList(int length)
{
    private readonly nint[] offsets = GC.AllocateArray<nint>(length, pinned: true);

    /// <summary>How many there are.</summary>
    public int Length => offsets.Length;

    /// <summary>The first of them; it holds as long as this object lives.</summary>
    public nint* Pointer => (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(offsets, 0);

    /// <summary>One of them.</summary>
    public nint this[int i] { set => offsets[i] = value; }
}
