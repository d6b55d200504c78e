using System.Runtime.InteropServices;
using FsCheck.Fluent;
using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Tests.Generators;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu.Backend;

/// <summary>What C# gives to kernels is what C++ takes.</summary>
[TestFixture]
internal sealed class KernelStructTests
{
    [Test]
    public void StructsHaveTheSizesThatTheKernelsExpect()
    {
        FakeCard<float>.NeedsKernels();
        HostKernels kernels = HostKernels.TryCompile()!;
        Assert.That(kernels.SizeOf("band"), Is.EqualTo((uint)Marshal.SizeOf<ColumnBand>()));
        Assert.That(kernels.SizeOf("pooling_shape"), Is.EqualTo((uint)Marshal.SizeOf<PoolingShape>()));
        Assert.That(kernels.SizeOf("channels"), Is.EqualTo((uint)Marshal.SizeOf<ChannelSums>()));
    }

    [Test]
    public void ADivisorDividesAllNumbersBelow2To31() => Properties.ForAll(
        from divisor in Gen.OneOf(Gen.Choose(1, 1000), Gen.Choose(1, int.MaxValue), Gen.Elements(1, 2, 3, 1 << 16, (1 << 30) - 1, 1 << 30, (1 << 30) + 1, int.MaxValue))
        from number in Gen.OneOf(Gen.Choose(0, 1000), Gen.Choose(0, int.MaxValue), Gen.Elements(0, 1, int.MaxValue - 1, int.MaxValue))
        select (divisor, number), _ => [], pair =>
    {
        // As in common.cuh.
        Divisor d = pair.divisor;
        foreach (uint n in new[] { (uint)pair.number, (uint)pair.number / d.Value * d.Value, Math.Max(1, (uint)pair.number / d.Value * d.Value) - 1 })
            Assert.That((uint)((((ulong)n * d.Factor) >> 32) + n) >> (int)d.Shift, Is.EqualTo(n / d.Value), $"{n} / {d.Value}");
    });
}
