using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RefNet.Geometry;

namespace RefNet.Backends.Simd;

/// <summary>
/// Copies what one tap of a sliding window reads from one plane of an image: one element per output position, as
/// short runs. There are very many runs, 10 to 30 elements long in small images: calling a general copy routine for
/// each would take longer than the copy, so the loops over rows and elements are here.
/// </summary>
internal static class TapPlanes
{
    /// <summary>target_ij = plane_(first row + i stride, first column + j stride), 0 in the padding.</summary>
    public static void Copy<T>(ReadOnlySpan<T> plane, int width, TapRange rows, TapRange columns, Span<T> target, int targetWidth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows.Count * columns.Count < target.Length)
            target.Clear();
        if (rows.Count == 0 || columns.Count == 0)
            return;

        ref T source = ref Inside(plane, width, rows, columns);
        ref T outputs = ref Outputs(target, targetWidth, rows, columns);
        int count = columns.Count;
        for (int i = 0; i < rows.Count; i++)
        {
            ref T from = ref Unsafe.Add(ref source, i * rows.Stride * width);
            ref T to = ref Unsafe.Add(ref outputs, i * targetWidth);
            int j = 0;
            if (columns.Stride == 1 && count >= Vector128<T>.Count)
            {
                for (; j < count - Vector128<T>.Count; j += Vector128<T>.Count)
                    Vector128.LoadUnsafe(ref from, (nuint)j).StoreUnsafe(ref to, (nuint)j);
                j = count - Vector128<T>.Count; // the last vector overlaps the one before it and writes the same values there
                Vector128.LoadUnsafe(ref from, (nuint)j).StoreUnsafe(ref to, (nuint)j);
            }
            else
            {
                for (; j < count; j++)
                    Unsafe.Add(ref to, j) = Unsafe.Add(ref from, j * columns.Stride);
            }
        }
    }

    /// <summary>The adjoint: plane_(first row + i stride, first column + j stride) += values_ij.</summary>
    public static void AddBack<T>(ReadOnlySpan<T> values, int valuesWidth, TapRange rows, TapRange columns, Span<T> plane, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows.Count == 0 || columns.Count == 0)
            return;
        ref T from = ref Outputs(values, valuesWidth, rows, columns);
        ref T to = ref Inside(plane, width, rows, columns);
        for (int i = 0; i < rows.Count; i++)
            Add(ref Unsafe.Add(ref from, i * valuesWidth), 1, ref Unsafe.Add(ref to, i * rows.Stride * width), columns.Stride, columns.Count);
    }

    // to_(j toStride) += from_(j fromStride)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(ref T from, int fromStride, ref T to, int toStride, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int j = 0;
        if (fromStride == 1 && toStride == 1)
        {
            for (; j <= count - Vector128<T>.Count; j += Vector128<T>.Count)
                (Vector128.LoadUnsafe(ref to, (nuint)j) + Vector128.LoadUnsafe(ref from, (nuint)j)).StoreUnsafe(ref to, (nuint)j);
        }

        for (; j < count; j++)
            Unsafe.Add(ref to, j * toStride) += Unsafe.Add(ref from, j * fromStride);
    }

    // The first element of the plane that is read; the slice checks that all of them are inside.
    private static ref T Inside<T>(ReadOnlySpan<T> plane, int width, TapRange rows, TapRange columns)
    {
        int first = rows.FirstInside * width + columns.FirstInside;
        int last = first + (rows.Count - 1) * rows.Stride * width + (columns.Count - 1) * columns.Stride;
        return ref MemoryMarshal.GetReference(plane[first..(last + 1)]);
    }

    // The first element of the output plane whose tap reads inside the image.
    private static ref T Outputs<T>(ReadOnlySpan<T> target, int targetWidth, TapRange rows, TapRange columns)
    {
        int first = rows.Start * targetWidth + columns.Start;
        int last = first + (rows.Count - 1) * targetWidth + columns.Count - 1;
        return ref MemoryMarshal.GetReference(target[first..(last + 1)]);
    }
}
