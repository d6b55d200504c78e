using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Cuts the elements of a tensor into runs that threads share. What is done to one run, in several steps maybe, is done
/// in the first-level cache: memory sees each element once.
/// </summary>
/// <remarks>Where a run begins and ends depends on the number of elements alone.</remarks>
internal static class Runs
{
    // Long enough to be worth a thread, short enough to stay in its first-level cache.
    private const int Length = 4096;

    /// <summary>The number of runs.</summary>
    public static int Count<T>(Tensor<T> tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T> => (tensor.Count + Length - 1) / Length;

    /// <summary>Which elements one run has.</summary>
    public static Range Range<T>(Tensor<T> tensor, int run) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (run * Length)..(run * Length + Math.Min(Length, tensor.Count - run * Length));

    /// <summary>The elements of one run, for reading.</summary>
    public static ReadOnlySpan<T> Run<T>(this Tensor<T> tensor, int run) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        tensor.Values[Range(tensor, run)];

    /// <summary>The elements of one run, for writing.</summary>
    public static Span<T> RunSpan<T>(this Tensor<T> tensor, int run) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        tensor.Span[Range(tensor, run)];
}
