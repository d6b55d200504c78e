using System.Numerics;
using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Tests.Gpu.Fake;
using RefNet.Verification;

namespace RefNet.Tests.Gpu;

/// <summary>Convolution on the card against the managed columns, over a CUDA that computes on the processor.</summary>
[TestFixture(1)]           // one image at a time
[TestFixture(1000)]        // some
[TestFixture(1 << 28)]     // all
public sealed class CudaConvolutionTests(int columnBytes)
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

    [Test]
    public void ProductsAreThoseOfTheManagedColumns() => Properties.ForAll(CaseGenerators.OfLayer(nameof(Convolution2D<>)), c =>
    {
        AssertSame<float>((ConvolutionCase)c);
        AssertSame<double>((ConvolutionCase)c);
    });

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
        AssertSame<float>(new ConvolutionCase(1, 1, 1, 3, 3, ConvolutionGeometry.Square(2), UseBias: false));
        Assert.That(fake.CompilerOptions, Is.EqualTo(new[] { "--gpu-architecture=sm_90", "-DREAL=float" }));
    }

    private void AssertSame<T>(ConvolutionCase c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Batch = 3;
        IGemm<T> onCard = (IGemm<T>)(object)gemm;
        int channels = c.Groups * c.InputsPerGroup, outputs = c.Groups * c.OutputsPerGroup;
        Tensor<T> x = Random<T>(new Shape(Batch, channels, c.Height, c.Width), 1);
        Tensor<T> w = Random<T>(new Shape(outputs, c.InputsPerGroup, c.Geometry.Rows.Size, c.Geometry.Columns.Size), 2);
        Tensor<T> b = Random<T>(new Shape(outputs), 7);
        Tensor<T> dY = Random<T>(c.Geometry.Output(new Shape(channels, c.Height, c.Width), outputs).Batch(Batch), 3);
        ReferenceGemm<T> reference = new();
        Tensor<T>[] found = Run(onCard.Convolution(c.Geometry, c.Groups));
        Tensor<T>[] expected = Run(new ColumnConvolution<T>(c.Geometry, c.Groups, reference));
        // Sums of n products below 1, added in two orders, differ by at most 2 n u n = n² epsilon.
        int positions = dY.Count / (Batch * outputs);
        int terms = 1 + new[] { c.InputsPerGroup * c.Geometry.Taps, Batch * positions, c.OutputsPerGroup * c.Geometry.Taps }.Max();
        double tolerance = terms * terms * double.CreateChecked(T.BitIncrement(T.One) - T.One);
        for (int i = 0; i < found.Length; i++)
        {
            for (int e = 0; e < found[i].Count; e++)
                Assert.That(double.CreateChecked(T.Abs(found[i].Span[e] - expected[i].Span[e])), Is.LessThanOrEqualTo(tolerance), $"product {i}, element {e}");
        }

        Tensor<T>[] Run(IConvolution<T> convolution)
        {
            Tensor<T> y = Random<T>(dY.Shape, 4), dW = Random<T>(w.Shape, 5), dX = Random<T>(x.Shape, 6);
            convolution.Forward(x, w, c.UseBias ? b : null, y);
            convolution.AddWeightGradient(x, dY, dW);
            convolution.InputGradient(w, dY, dX);
            return [y, dW, dX];
        }
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
