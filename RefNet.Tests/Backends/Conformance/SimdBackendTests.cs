using System.Numerics;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Simd;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>The fast managed backend, with the kernels that this processor gets.</summary>
public sealed class SimdBackendSingleTests : BackendTests<float>
{
    protected override IBackend<float> Create() => new SimdBackend<float>();
}

/// <inheritdoc cref="SimdBackendSingleTests"/>
public sealed class SimdBackendDoubleTests : BackendTests<double>
{
    protected override IBackend<double> Create() => new SimdBackend<double>();
}

/// <summary>The same on the products of Math.NET.</summary>
public sealed class MathNetBackendSingleTests : BackendTests<float>
{
    protected override IBackend<float> Create() => new SimdBackend<float>(new MathNetGemm<float>());
}

/// <inheritdoc cref="MathNetBackendSingleTests"/>
public sealed class MathNetBackendDoubleTests : BackendTests<double>
{
    protected override IBackend<double> Create() => new SimdBackend<double>(new MathNetGemm<double>());
}

[TestFixture(typeof(float)), TestFixture(typeof(double)), NonParallelizable] // it sets how many threads there are
public sealed class SimdBackendThreadsTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Test]
    public void EveryOperationGivesTheSameBitsOnAnyNumberOfThreads()
    {
        int threads = ParallelLoop.MaxThreads;
        try
        {
            ParallelLoop.MaxThreads = 1;
            (string Operation, T[] Numbers)[] alone = [.. EveryOperation<T>.Results(new SimdBackend<T>())];
            foreach (int count in new[] { 2, 3, 7 })
            {
                ParallelLoop.MaxThreads = count;
                foreach (((string operation, T[] numbers), int i) in EveryOperation<T>.Results(new SimdBackend<T>()).Select((result, i) => (result, i)))
                    Assert.That(numbers.AsSpan().SequenceEqual(alone[i].Numbers), Is.True, $"{operation}: {count} threads gave other bits than one");
            }
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }
    }
}
