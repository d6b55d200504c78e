using System.Runtime.CompilerServices;
using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Tensors;

/// <summary>Memory of tensors that grew is collected without waiting for the garbage collector's own time.</summary>
[NonParallelizable]
public sealed class OutgrownMemoryTests
{
    [Test]
    public void MemoryThatATensorOutgrewIsCollected()
    {
        WeakReference[] outgrown = [.. Enumerable.Range(0, 8).Select(_ => OutgrowTwentyMebibytes())];
        Assert.That(outgrown.Count(memory => memory.IsAlive), Is.LessThanOrEqualTo(1), "of 8 tensors of 20 MiB that grew, more than the last is still in memory"); // code that is not optimised may hold the last
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // so that nothing here refers to the memory afterwards
    private static WeakReference OutgrowTwentyMebibytes()
    {
        Tensor<float>? tensor = new(new Shape(5 << 20));
        WeakReference memory = new(tensor);
        Tensor<float>.Reuse(ref tensor, new Shape(6 << 20));
        return memory;
    }
}
