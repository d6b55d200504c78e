using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>Divides the planes of a batch into groups that threads share: many small planes, or one large one.</summary>
/// <remarks>The groups depend only on the shape.</remarks>
internal readonly record struct PlaneGroups(int Planes, int AtOnce)
{
    // Long enough to be worth a thread.
    private const int Length = 1 << 14;

    /// <summary>The groups of a tensor, or of any other with the same number of planes.</summary>
    public static PlaneGroups Of<T>(Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(x.Shape[0] * x.Shape[1], Math.Max(1, Length / (x.Count / (x.Shape[0] * x.Shape[1]))));

    /// <summary>The number of groups.</summary>
    public int Count => (Planes + AtOnce - 1) / AtOnce;

    /// <summary>The range of elements of a tensor in one group.</summary>
    public Range Range<T>(Tensor<T> tensor, int group) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = tensor.Count / Planes;
        return (group * AtOnce * size)..(Math.Min((group + 1) * AtOnce, Planes) * size);
    }
}
