using System.Numerics;
using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Gpu;
using RefNet.Gpu.MathNet;
using RefNet.Tests.Backends;

namespace RefNet.Tests.Gpu.OnCard;

/// <summary>What all products must do, on the card.</summary>
[Category("Gpu")]
public abstract class CudaGemmOnCardTests<T> : GemmTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private CudaGemm? gemm;

    [OneTimeSetUp]
    public void Open() => gemm = Card.Open();

    [OneTimeTearDown]
    public void Close() => gemm?.Dispose();

    protected override IGemm<T> Create() => (IGemm<T>)(object)gemm!;
}

[CardFixture]
public sealed class CudaGemmOnCardSingleTests : CudaGemmOnCardTests<float>;

[CardFixture]
public sealed class CudaGemmOnCardDoubleTests : CudaGemmOnCardTests<double>;

/// <summary>What only a card can show of products.</summary>
[CardFixture, Category("Gpu")]
public sealed class OnCardTests
{
    private static readonly GemmCase large = new(1000, 900, 800, Layout.RowMajor, Layout.ColumnMajor, Layout.RowMajor, 1, 0, Seed: 1);

    [Test]
    public void TheSameOperandsGiveTheSameBits()
    {
        float[][] results = [.. Enumerable.Range(0, 6).Select(run =>
        {
            using CudaGemm gemm = Card.Open();
            Operands<float> operands = new(large);
            for (int i = 0; i <= run; i++)
                operands.Multiply(gemm);
            return operands.C.Memory;
        })];
        Assert.That(results, Is.All.EqualTo(results[0]));
    }

    [Test]
    public void SeveralThreadsGetTheirOwnResults()
    {
        using CudaGemm gemm = Card.Open();
        Operands<double> expected = new(large with { Seed = 2 });
        expected.Multiply(gemm);
        Operands<double>[] each = [.. Enumerable.Range(0, 8).Select(_ => new Operands<double>(large with { Seed = 2 }))];
        Thread[] threads = [.. each.Select(operands => new Thread(() => operands.Multiply(gemm)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(each.Select(operands => operands.C.Memory), Is.All.EqualTo(expected.C.Memory));
    }

    [Test]
    public void MathNetMultipliesOnTheCard()
    {
        using CudaGemm gemm = Card.Open();
        Assert.That(MathNetCuda.Check(new CudaLinearAlgebraProvider(gemm)), Is.Null);
    }

    [Test]
    public void WorkThatFailsOnTheCardIsAnErrorAndTheNextWorks()
    {
        using CudaGemm gemm = Card.Open();
        using (DeviceTurn turn = gemm.Device.TakeTurn())
        {
            CudaException error = Assert.Throws<CudaException>(() => turn.Memory<byte>(1L << 50))!;
            Assert.That(error.Message, Does.StartWith("cuMemAlloc_v2 returned 2: CUDA_ERROR_OUT_OF_MEMORY"));
        }

        Operands<float> operands = new(large, random => random.Next(-3, 4));
        Operands<float> expected = new(large, random => random.Next(-3, 4));
        operands.Multiply(gemm);
        expected.Multiply(new SimdGemm<float>());
        Assert.That(operands.C.Memory, Is.EqualTo(expected.C.Memory));
    }
}
