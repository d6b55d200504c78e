using NUnit.Framework;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    /// <summary>Runs with dropout rest on these numbers: a mask is the same on every backend.</summary>
    [Test]
    public void DrawMaskTakesTheNumbersOfSplitMix64([Values(0, 0.25, 0.5, 0.999)] double rate) => ForAll(Maps.Generator, (maps, _) =>
    {
        T kept = T.CreateChecked(1 / (1 - rate));
        Tensor<T> mask = Call<T>.Result(maps.Shape), expected = new(maps.Shape);
        for (int n = 0; n < maps.N; n++)
        {
            SplitMix64 random = new((ulong)Seeds.Derive(maps.Seed, maps.C, n));
            foreach (ref T element in expected.SampleSpan(n))
                element = (random.Next() & 0xFFFFFFFF) >= (ulong)(rate * Math.Pow(2, 32)) ? kept : T.Zero;
        }

        Backend.DrawMask(mask, rate, kept, (maps.Seed, maps.C));
        AssertEqual("mask", mask, expected);
    });
}
