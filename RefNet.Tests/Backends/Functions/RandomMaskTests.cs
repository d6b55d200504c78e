using System.Numerics;
using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Randomness;

namespace RefNet.Tests.Backends;

[TestFixture(typeof(float)), TestFixture(typeof(double))]
public sealed class RandomMaskTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Checkpoints of runs with dropout rest on these numbers.
    [TestCase(0u), TestCase(1u << 30), TestCase(3u << 30)]
    public void ItIsMadeFromTheNumbersOfSplitMix64InTheirOrder(uint threshold)
    {
        foreach (int length in new[] { 0, 1, 15, 16, 17, 100, 1000 })
        {
            const ulong Seed = 0xFEDCBA9876543210;
            SplitMix64 random = new(Seed);
            T value = T.CreateChecked(1.25);
            T[] expected = [.. Enumerable.Range(0, length).Select(_ => (uint)random.Next() >= threshold ? value : T.Zero)];
            T[] mask = new T[length];
            RandomMask.Fill<T>(mask, Seed, threshold, value);
            Assert.That(mask, Is.EqualTo(expected), $"{length} elements");
        }
    }
}
