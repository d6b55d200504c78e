using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Memory for the outputs, or the gradients, of a pass that keeps none of them: a tensor that no other layer needs is returned and reused.
/// </summary>
internal sealed class TensorPool<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Tensor<T>> free = [];

    /// <summary>A tensor of the given shape; its contents are undefined.</summary>
    public Tensor<T> Rent(Shape shape)
    {
        Tensor<T>? tensor = null;
        if (free.Count > 0)
        {
            tensor = free[^1];
            free.RemoveAt(free.Count - 1);
        }

        return Tensor<T>.Reuse(ref tensor, shape);
    }

    /// <summary>Takes back a tensor that is no longer needed.</summary>
    public void Return(Tensor<T> tensor) => free.Add(tensor);

    /// <summary>Takes back a tensor, unless it shares memory with another that is still needed.</summary>
    public void Return(Tensor<T> tensor, Tensor<T> stillNeeded)
    {
        if (!tensor.SharesMemoryWith(stillNeeded))
            free.Add(tensor);
    }
}

/// <summary>Memory for a pass with or without a pool.</summary>
internal static class TensorPools
{
    /// <summary>A tensor of the given shape, from the pool or, without one, from the caller's own memory; its contents are undefined.</summary>
    public static Tensor<T> RentOrReuse<T>(this TensorPool<T>? pool, ref Tensor<T>? own, Shape shape) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        pool is null ? Tensor<T>.Reuse(ref own, shape) : pool.Rent(shape);
}
