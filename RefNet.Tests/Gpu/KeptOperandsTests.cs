using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu;

/// <summary>Weights cross the bus when they have changed, and only then.</summary>
[TestFixture]
public sealed class KeptOperandsTests
{
    private const int Size = 40;
    private const int Bytes = Size * Size * sizeof(float);

    private FakeCuda fake = null!;

    [SetUp]
    public void Open() => fake = new FakeCuda();

    [TearDown]
    public void Close() => fake.Dispose();

    [Test]
    public void WhatIsUnchangedIsSentOnce()
    {
        using CudaGemm gemm = FakeCuda.CreateGemm();
        Tensor<float> x = Random(1), w = Random(2);
        Assert.That(Sent(gemm, x, w), Is.EqualTo(2 * Bytes));
        Assert.That(Sent(gemm, x, w), Is.Zero);
        Assert.That(Sent(gemm, w, x), Is.Zero, "on the other side of the product");
    }

    [Test]
    public void AWriteThroughASpanOfLongAgoIsSeen([Values(0, 777, Size * Size - 1)] int element)
    {
        using CudaGemm gemm = FakeCuda.CreateGemm();
        Tensor<float> x = Random(1), w = Random(2);
        Span<float> span = w.Span;
        AssertRight(gemm, x, w);
        span[element] += 1;
        Assert.That(Sent(gemm, x, w), Is.EqualTo(Bytes));
        AssertRight(gemm, x, w);
    }

    [TestCase(0f, -0f)]
    [TestCase(-0f, 0f)]
    public void TheSignOfZeroCounts(float before, float after)
    {
        using CudaGemm gemm = FakeCuda.CreateGemm();
        Tensor<float> x = Random(1), w = Random(2);
        w.Span[5] = before;
        Sent(gemm, x, w);
        w.Span[5] = after;
        Assert.That(Sent(gemm, x, w), Is.EqualTo(Bytes));
    }

    [Test]
    public void ATransposeIsTheSameMemory()
    {
        using CudaGemm gemm = FakeCuda.CreateGemm();
        Tensor<float> x = Random(1), w = Random(2);
        Sent(gemm, x, w);
        long before = fake.BytesToCard;
        gemm.Multiply(1, x.AsMatrix(), w.AsMatrix().Transposed, 0, new Matrix<float>(new float[Size * Size], Size, Size));
        Assert.That(fake.BytesToCard, Is.EqualTo(before));
        Assert.That(fake.Products[^1], Does.StartWith("TN"));
    }

    [Test]
    public void TheOldestMakesRoomButNeverAnOperandOfThisProduct()
    {
        // Room for two: a block of 40 x 40 floats, 6,400 bytes, takes 8,192.
        using CudaGemm gemm = FakeCuda.CreateGemm(new CudaOptions { Costs = CostModel.Always, KeptBytes = 2 * 8192 });
        Tensor<float> a = Random(1), b = Random(2), c = Random(3);
        Sent(gemm, a, b);
        Assert.That(Sent(gemm, b, c), Is.EqualTo(Bytes), "c takes the place of a");
        Assert.That(Sent(gemm, b, c), Is.Zero);
        Assert.That(Sent(gemm, c, c), Is.Zero);
        Assert.That(Sent(gemm, a, c), Is.EqualTo(Bytes), "a takes the place of b");
        foreach (Tensor<float> left in new[] { a, b, c })
        {
            foreach (Tensor<float> right in new[] { a, b, c })
                AssertRight(gemm, left, right);
        }
    }

    [TestCase(0)]
    [TestCase(8192)]
    public void WithoutRoomEverythingIsSentEachTime(long room)
    {
        using CudaGemm gemm = FakeCuda.CreateGemm(new CudaOptions { Costs = CostModel.Always, KeptBytes = room });
        Tensor<float> x = Random(1), w = Random(2);
        Sent(gemm, x, w);
        Assert.That(Sent(gemm, x, w), Is.EqualTo(room == 0 ? 2 * Bytes : Bytes));
        AssertRight(gemm, x, w);
    }

    private long Sent(CudaGemm gemm, Tensor<float> a, Tensor<float> b)
    {
        long before = fake.BytesToCard;
        gemm.Multiply(1, a.AsMatrix(), b.AsMatrix(), 0, new Matrix<float>(new float[Size * Size], Size, Size));
        return fake.BytesToCard - before;
    }

    private void AssertRight(CudaGemm gemm, Tensor<float> a, Tensor<float> b)
    {
        float[] found = new float[Size * Size];
        float[] expected = new float[Size * Size];
        gemm.Multiply(1, a.AsMatrix(), b.AsMatrix(), 0, new Matrix<float>(found, Size, Size));
        new RefNet.LinearAlgebra.ReferenceGemm<float>().Multiply(1, a.AsMatrix(), b.AsMatrix(), 0, new Matrix<float>(expected, Size, Size));
        // The fake sums as the reference does, but C = A B as Cᵀ = Bᵀ Aᵀ: the same products in the same order.
        Assert.That(found, Is.EqualTo(expected));
        Assert.That(fake.Faults, Is.Empty);
    }

    private static Tensor<float> Random(int seed)
    {
        Tensor<float> tensor = new(new Shape(Size, Size));
        Random random = Seeds.Create(seed);
        foreach (ref float value in tensor.Span)
            value = 2 * random.NextSingle() - 1;
        return tensor;
    }
}
