using System.Numerics;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Backends;

/// <summary>Operands of tests.</summary>
internal static class RandomNumbers
{
    /// <summary>Numbers from -1 to 1; the same seed gives the same.</summary>
    public static Tensor<T> Tensor<T>(Shape shape, int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = Seeds.Create(seed);
        Tensor<T> tensor = new(shape);
        foreach (ref T value in tensor.Span)
            value = T.CreateChecked(2 * random.NextDouble() - 1);
        return tensor;
    }
}
