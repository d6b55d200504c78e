using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Divides the elements of a tensor into runs that threads share. All steps of an operation on one run stay in the
/// first-level cache, so each element goes to memory once.
/// </summary>
/// <remarks>The bounds of a run depend only on the number of elements.</remarks>
internal static class Runs
{
    // Long enough to be worth a thread, short enough to stay in its first-level cache.
    private const int Length = 4096;

    /// <summary>The number of runs.</summary>
    public static int Count<T>(Tensor<T> tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T> => (tensor.Count + Length - 1) / Length;

    /// <summary>The range of elements of one run.</summary>
    public static Range Range<T>(Tensor<T> tensor, int run) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (run * Length)..(run * Length + Math.Min(Length, tensor.Count - run * Length));

    /// <summary>The elements of one run, for reading.</summary>
    public static ReadOnlySpan<T> Run<T>(this Tensor<T> tensor, int run) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        tensor.Values[Range(tensor, run)];

    /// <summary>The elements of one run, for writing.</summary>
    public static Span<T> RunSpan<T>(this Tensor<T> tensor, int run) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        tensor.Span[Range(tensor, run)];
}
