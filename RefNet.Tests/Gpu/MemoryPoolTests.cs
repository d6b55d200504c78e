using NUnit.Framework;
using RefNet.Gpu;

namespace RefNet.Tests.Gpu;

/// <summary>Memory that is kept for reuse.</summary>
[TestFixture]
internal sealed class MemoryPoolTests
{
    // Graphs are replayed only where addresses repeat.
    [Test]
    public void TheSameRequestsGetTheSameAddressesInWhateverOrderBlocksCameBack()
    {
        nint next = 0;
        using MemoryPool pool = new(bytes => next += 100_000, _ => { });
        MemoryPool.Block[] blocks = [.. Enumerable.Range(0, 3).Select(_ => pool.Rent(5000))];
        foreach (int[] order in new int[][] { [0, 1, 2], [2, 0, 1], [1, 2, 0] })
        {
            foreach (int i in order)
                pool.Return(blocks[i]);
            Assert.That(Enumerable.Range(0, 3).Select(_ => pool.Rent(5000)), Is.EqualTo(blocks));
        }

        Assert.That(pool.Rent(5000), Is.Not.AnyOf([.. blocks.Cast<object>()]));
    }
}
