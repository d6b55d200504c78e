using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Memory for the outputs, or the gradients, that a pass does not keep: what no other layer needs any more is returned and lent again.
/// </summary>
internal sealed class TensorPool<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Storage<T>> all = [];
    private readonly List<Storage<T>> free = []; // the last one returned is last: it is warm in the cache

    /// <summary>A tensor of the given shape in memory of the pool; its contents are undefined.</summary>
    /// <param name="tensor">The borrower's object, which is reused; null at first.</param>
    /// <param name="shape">The shape.</param>
    public Tensor<T> Rent(ref Tensor<T>? tensor, Shape shape) => Tensor<T>.Over(Take(shape.Count), ref tensor, shape);

    /// <summary>Whether a tensor is in memory of the pool.</summary>
    public bool Owns(Tensor<T> tensor) => all.Contains(tensor.Storage);

    /// <summary>Takes memory back, unless it is not the pool's or another tensor in it is still needed.</summary>
    public void Return(Tensor<T> tensor, Tensor<T>? stillNeeded = null)
    {
        if (Owns(tensor) && !free.Contains(tensor.Storage) && !tensor.SharesMemoryWith(stillNeeded))
            free.Add(tensor.Storage);
    }

    /// <summary>
    /// Takes everything back, but for the memory of one tensor. Each pass that begins so lends the same memory in the same order.
    /// </summary>
    public void ReturnAll(Tensor<T>? stillNeeded = null)
    {
        free.Clear();
        foreach (Storage<T> memory in all)
        {
            if (!ReferenceEquals(memory, stillNeeded?.Storage))
                free.Add(memory);
        }
    }

    /// <summary>Overwrites all its memory, whoever uses it, to show who reads what is not kept.</summary>
    public void Fill(T value)
    {
        foreach (Storage<T> memory in all)
            memory.Write(memory.Length).Fill(value);
    }

    // The memory that was returned last of all that is long enough; where none is, the longest makes room for longer memory.
    private Storage<T> Take(int length)
    {
        Storage<T>? taken = null;
        foreach (Storage<T> memory in free)
        {
            if (taken is null || memory.Length >= Math.Min(length, taken.Length))
                taken = memory;
        }

        if (taken is null)
        {
            all.Add(new Storage<T>(length));
            return all[^1];
        }

        free.Remove(taken);
        if (taken.Length >= length)
            return taken;
        Storage<T> longer = new(length);
        all[all.IndexOf(taken)] = longer;
        OutgrownMemory.Add<T>(taken.Length);
        return longer;
    }
}
