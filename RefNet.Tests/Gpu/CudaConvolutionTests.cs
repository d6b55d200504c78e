using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Gpu.Fake;
using RefNet.Tests.LinearAlgebra;
using RefNet.Verification;

namespace RefNet.Tests.Gpu;

/// <summary>What every algorithm for convolution must do, over a CUDA that computes on the processor.</summary>
/// <param name="columnBytes">The memory for columns, which decides how many images are taken at a time.</param>
internal abstract class CudaConvolutionOverFakeTests<T>(int columnBytes) : ConvolutionTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private FakeCuda fake = null!;
    private CudaGemm gemm = null!;

    [SetUp]
    public void Open()
    {
        IKernelRunner? compiled = HostKernels.TryCompile();
        fake = new FakeCuda { Kernels = compiled ?? new ManagedKernels() };
        gemm = FakeCuda.CreateGemm(new CudaOptions { Costs = CostModel.Always, ColumnBytes = columnBytes });
    }

    [TearDown]
    public void Close()
    {
        try
        {
            gemm.Dispose();
            fake.AssertClean();
        }
        finally
        {
            fake.Dispose();
        }
    }

    public override void AllocatesNothingOnceWarm() => Assert.Ignore("The CUDA of this test allocates memory of its own; on a card it is measured.");

    // Small ones: there are no tiles and strips to be filled, only shapes, groups and shares of a batch.
    protected override Gen<ConvolutionProblem> Problems =>
        from problem in base.Problems
        select problem with
        {
            Channels = problem.Channels % 3 + 1,
            Maps = problem.Maps % 4 + 1,
            Height = problem.Geometry.Rows.Reach + problem.Height % 5,
            Width = problem.Geometry.Columns.Reach + problem.Width % 6,
        };

    // What threads share here is the copying of over 1 MiB: of 320,000 inputs and 480,000 outputs.
    public override void GivesTheSameBitsOnAnyNumberOfThreads() =>
        AssertSameBits([new(4, 1, 2, 3, 200, 200, ConvolutionGeometry.Square(1), true, Seed: 1)]);

    protected override IConvolution<T> Create(ConvolutionGeometry geometry, int groups) => ((IGemm<T>)(object)gemm).Convolution(geometry, groups);
}

[TestFixture(1000)]     // a few images at a time, of large ones one
internal sealed class CudaConvolutionSingleTests(int columnBytes) : CudaConvolutionOverFakeTests<float>(columnBytes);

[TestFixture(1 << 28)]  // all
internal sealed class CudaConvolutionDoubleTests(int columnBytes) : CudaConvolutionOverFakeTests<double>(columnBytes);

/// <summary>What convolutions ask of CUDA.</summary>
[TestFixture]
public sealed class CudaConvolutionTests
{
    private FakeCuda fake = null!;
    private CudaGemm gemm = null!;

    [SetUp]
    public void Open()
    {
        fake = new FakeCuda();
        gemm = FakeCuda.CreateGemm(new CudaOptions { Costs = CostModel.Always, ColumnBytes = 1000 });
    }

    [TearDown]
    public void Close()
    {
        try
        {
            gemm.Dispose();
            fake.AssertClean();
        }
        finally
        {
            fake.Dispose();
        }
    }

    [Test]
    public void GradientsOfTheLayerAreRight()
    {
        foreach (int groups in new[] { 1, 2 })
        {
            ConvolutionGeometry geometry = new(new Window(3, 2, 1, 0), new Window(2, 1, 0, 1, 2));
            Convolution2D<double> layer = new(4, 6, geometry, Seeds.Create(1), groups, gemm: gemm);
            GradientReport report = GradientCheck.Run(layer, new Shape(4, 6, 5), Mode.Train);
            Assert.That(report.Passed, Is.True, report.ToString());
        }

        Assert.That(fake.Calls, Does.Contain("cublasDgemmStridedBatched"));
    }

    [Test]
    public void OnlyImagesGradientsAndResultsCrossTheBus()
    {
        IConvolution<float> convolution = ((IGemm<float>)gemm).Convolution(ConvolutionGeometry.Square(3), groups: 1);
        Tensor<float> x = Random<float>(new Shape(5, 2, 8, 8), 1), w = Random<float>(new Shape(3, 2, 3, 3), 2), y = Random<float>(new Shape(5, 3, 6, 6), 3);
        convolution.Forward(x, w, null, y);
        Assert.That(fake.BytesToCard, Is.EqualTo(4 * (x.Count + w.Count)));
        convolution.Forward(x, w, null, y);
        Assert.That(fake.BytesToCard, Is.EqualTo(4 * (2 * x.Count + w.Count)), "the weights were sent again");
        convolution.InputGradient(w, y, x);
        Assert.That(fake.BytesToCard, Is.EqualTo(4 * (2 * x.Count + w.Count + y.Count)), "the weights were sent again");
    }

    // 5 images of 3 x 3 positions, 8 taps; 1000 bytes hold the columns of 3 images.
    [Test]
    public void OneProductServesAllImagesThatAreTakenAtATime()
    {
        IConvolution<float> convolution = ((IGemm<float>)gemm).Convolution(ConvolutionGeometry.Square(2), groups: 1);
        Tensor<float> x = Random<float>(new Shape(5, 2, 4, 4), 1), w = Random<float>(new Shape(6, 2, 2, 2), 2), y = Random<float>(new Shape(5, 6, 3, 3), 3);
        Assert.That(Products(() => convolution.Forward(x, w, null, y)), Is.EqualTo(new[] { "NN m27 n6 k8 lda27 ldb8 ldc27 x1", "NN m18 n6 k8 lda18 ldb8 ldc18 x1" }));
        Assert.That(Products(() => convolution.AddWeightGradient(x, y, w)), Is.EqualTo(new[] { "TN m8 n6 k27 lda27 ldb27 ldc8 x1", "TN m8 n6 k18 lda18 ldb18 ldc8 x1" }));
        Assert.That(Products(() => convolution.InputGradient(w, y, x)), Is.EqualTo(new[] { "NT m27 n8 k6 lda27 ldb8 ldc27 x1", "NT m18 n8 k6 lda18 ldb8 ldc18 x1" }));
    }

    [Test]
    public void OneCallServesAllGroups()
    {
        IConvolution<float> convolution = ((IGemm<float>)gemm).Convolution(ConvolutionGeometry.Square(2), groups: 2);
        Tensor<float> x = Random<float>(new Shape(2, 2, 4, 4), 1), w = Random<float>(new Shape(6, 1, 2, 2), 2), y = Random<float>(new Shape(2, 6, 3, 3), 3);
        Assert.That(Products(() => convolution.AddWeightGradient(x, y, w)), Is.EqualTo(new[] { "TN m4 n3 k18 lda18 ldb18 ldc4 x2" }));
    }

    [TestCase(9, 0, "sm_90")]
    [TestCase(12, 0, "sm_120")]
    [TestCase(8, 7, "sm_87")]
    [TestCase(8, 9, "compute_86")]    // the code of 8.7, an embedded board, would not run
    [TestCase(8, 8, "compute_86")]
    [TestCase(12, 1, "compute_120")]
    [TestCase(13, 4, "compute_120")]  // a generation that this compiler does not know: the driver translates PTX
    public void CompilesForTheCardThatIsThere(int major, int minor, string architecture)
    {
        Close();
        fake = new FakeCuda { Capability = (major, minor), Architectures = [75, 80, 86, 87, 90, 100, 110, 120] };
        gemm = FakeCuda.CreateGemm();
        new Convolution2D<float>(1, 1, ConvolutionGeometry.Square(2), Seeds.Create(1), gemm: gemm).Forward(Random<float>(new Shape(1, 1, 3, 3), 1), Mode.Evaluate);
        Assert.That(fake.CompilerOptions, Is.EqualTo(new[] { $"--gpu-architecture={architecture}", "-DREAL=float" }));
    }

    private string[] Products(Action work)
    {
        int before = fake.Products.Count;
        work();
        return [.. fake.Products.Skip(before)];
    }

    private static Tensor<T> Random<T>(Shape shape, int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> tensor = new(shape);
        Random random = Seeds.Create(seed);
        foreach (ref T value in tensor.Span)
            value = T.CreateChecked(2 * random.NextDouble() - 1);
        return tensor;
    }
}
