using System.Numerics;
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

    [Test]
    public void CompilesForTheCardThatIsThere()
    {
        new Convolution2D<float>(1, 1, ConvolutionGeometry.Square(2), Seeds.Create(1), gemm: gemm).Forward(Random<float>(new Shape(1, 1, 3, 3), 1), Mode.Evaluate);
        Assert.That(fake.CompilerOptions, Is.EqualTo(new[] { "--gpu-architecture=sm_90", "-DREAL=float" }));
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
