using System.Numerics;
using NUnit.Framework;
using RefNet.Data;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Gpu.MathNet;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Data;
using RefNet.Tests.LinearAlgebra;
using RefNet.Training;
using RefNet.Verification;

namespace RefNet.Tests.Gpu.OnCard;

/// <summary>What every backend must do, on the card.</summary>
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

public sealed class CudaGemmOnCardSingleTests : CudaGemmOnCardTests<float>;

public sealed class CudaGemmOnCardDoubleTests : CudaGemmOnCardTests<double>;

/// <summary>What every algorithm for convolution must do, on the card.</summary>
[Category("Gpu")]
internal abstract class CudaConvolutionOnCardTests<T> : ConvolutionTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private CudaGemm? gemm;

    [OneTimeSetUp]
    public void Open() => gemm = Card.Open(new CudaOptions { Costs = CostModel.Always, ColumnBytes = 10_000 });

    [OneTimeTearDown]
    public void Close() => gemm?.Dispose();

    protected override IConvolution<T> Create(ConvolutionGeometry geometry, int groups) => ((IGemm<T>)(object)gemm!).Convolution(geometry, groups);
}

internal sealed class CudaConvolutionOnCardSingleTests : CudaConvolutionOnCardTests<float>;

internal sealed class CudaConvolutionOnCardDoubleTests : CudaConvolutionOnCardTests<double>;

/// <summary>What only a card can show.</summary>
[TestFixture, Category("Gpu")]
public sealed class OnCardTests
{
    private static readonly GemmCase large = new(1000, 900, 800, Layout.RowMajor, Layout.ColumnMajor, Layout.RowMajor, 1, 0, Seed: 1);

    [Test]
    public void GradientsOfTheLayerAreRight([Values(1, 2)] int groups)
    {
        using CudaGemm gemm = Card.Open();
        ConvolutionGeometry geometry = new(new Window(3, 2, 1, 0), new Window(2, 1, 0, 1, 2));
        Convolution2D<double> layer = new(4, 6, geometry, Seeds.Create(1), groups, gemm: gemm);
        GradientReport report = GradientCheck.Run(layer, new Shape(4, 6, 5), Mode.Train);
        Assert.That(report.Passed, Is.True, report.ToString());
    }

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

    // 1 + 2⁻¹² needs 12 bits of mantissa: a float has them, TF32 has 10 and rounds it to 1.
    [TestCase(false)]
    [TestCase(true)]
    public void OperandsAreRoundedToTf32OnlyWhereItIsAllowed(bool allowed)
    {
        using CudaGemm gemm = Card.Open(new CudaOptions { Costs = CostModel.Always, AllowTf32 = allowed });
        if (allowed && gemm.Device.ComputeCapability.Major < 8)
            Assert.Ignore("Cards older than compute capability 8.0 have no TF32.");
        const int Size = 256;
        float[] a = new float[Size * Size], identity = new float[Size * Size], c = new float[Size * Size];
        a.AsSpan().Fill(1 + MathF.Pow(2, -12));
        for (int i = 0; i < Size; i++)
            identity[i * Size + i] = 1;
        gemm.Multiply(1, new Matrix<float>(a, Size, Size), new Matrix<float>(identity, Size, Size), 0, new Matrix<float>(c, Size, Size));
        Assert.That(c, allowed ? Is.Not.EqualTo(a) : Is.EqualTo(a));
    }

    [Test]
    public void AChangedWeightIsSeen()
    {
        using CudaGemm gemm = Card.Open();
        Operands<float> operands = new(large with { Alpha = 1 }, random => random.Next(-3, 4));
        operands.Multiply(gemm);
        float before = operands.C.View[17, 5], b = operands.B.View[3, 5];
        operands.A.View[17, 3] += 1;
        operands.Multiply(gemm);
        Assert.That(operands.C.View[17, 5], Is.EqualTo(before + b));
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
        using CudaGemm gemm = Card.Open(new CudaOptions { Costs = CostModel.Always, KeptBytes = 0 });
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

    // The card rounds differently, and training makes other decisions at a few borderline images. An error of p = 3 % on n =
    // 10,000 images has a standard deviation of sqrt(p (1 - p) / n) = 0.17 %, the difference of two 0.24 %: four of those.
    [Test]
    public void LeNet5LearnsAsMuchInAnEpochAsOnTheProcessor()
    {
        using CudaGemm gemm = Card.Open();
        double onCard, onProcessor = TestErrorAfterAnEpoch();
        IGemm<float> before = GemmDefaults<float>.Current;
        try
        {
            GemmDefaults<float>.Current = gemm;
            onCard = TestErrorAfterAnEpoch();
        }
        finally
        {
            GemmDefaults<float>.Current = before;
        }

        TestContext.Out.WriteLine($"test error: {onCard:P2} on the card, {onProcessor:P2} on the processor");
        Assert.That(onCard, Is.EqualTo(onProcessor).Within(0.01));
        Assert.That(onCard, Is.LessThan(0.06), "the network has learnt nothing");
    }

    private static double TestErrorAfterAnEpoch()
    {
        using DataFolder folder = new();
        RunOptions options = Recipe.Find("lenet5-modern").Defaults with { Epochs = 1 };
        TrainingRun run = TrainingRun.Start(options, Mnist.Load(DataFolder.Mnist), folder.File("run"));
        return run.Run(new Silent(), CancellationToken.None).Confusion.ErrorRate;
    }

    private sealed class Silent : ITrainingObserver
    {
        public void StepDone(EpochProgress progress) { }

        public void EpochDone(EpochRecord epoch, bool isBest) { }
    }
}
