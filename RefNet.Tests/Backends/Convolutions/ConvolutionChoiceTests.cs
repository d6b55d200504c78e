using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Tests.Backends;

/// <summary>
/// Which algorithm computes a convolution, with registers of AVX-512 and of AVX2: a choice that was measured to be the fastest by far
/// on both.
/// </summary>
[TestFixture]
public sealed class ConvolutionChoiceTests
{
    private static readonly GemmKernel<float>[] kernels = [new VectorKernel<float>(), new Vector512Kernel<float>()];

    [Test]
    public void Large3x3LayersGoByWinogradUnlessItIsTurnedOff([Values] bool useWinograd) => Assert.That(
        Choices(8, 256, 256, 56, ConvolutionGeometry.Square(3, padding: 1), useWinograd), useWinograd ? Is.All.EqualTo("winograd") : Has.None.EqualTo("winograd"));

    [Test]
    public void FewChannelsAreNotWorthTransforming() =>
        Assert.That(Choices(32, 3, 16, 32, ConvolutionGeometry.Square(3, padding: 1)), Has.None.EqualTo("winograd"));

    [Test]
    public void LargeBatchesOfLeNetsC3GoAlongTheRows() => Assert.That(Choices(64, 6, 16, 14, ConvolutionGeometry.Square(5)), Is.All.EqualTo("winograd-rows"));

    [Test]
    public void SmallMapsOfManyChannelsGoByColumns() =>
        Assert.That(Choices(8, 256, 512, 14, ConvolutionGeometry.Square(3, stride: 2, padding: 1) with { Rounding = Rounding.Floor }), Is.All.EqualTo("columns"));

    [Test]
    public void EveryAlgorithmHasItsCosts()
    {
        foreach (int registerBytes in new[] { 16, 32, 64 })
        {
            foreach (ConvolutionProduct product in Enum.GetValues<ConvolutionProduct>())
            {
                foreach (IConvolutionAlgorithm<float> algorithm in new SimdConvolution<float>(ConvolutionGeometry.Square(3), 1, new SimdGemm<float>(), kernels[0], useWinograd: true).Algorithms)
                    Assert.That(ConvolutionCosts.Of(algorithm.Name, product, registerBytes).Products, Is.Positive, $"{algorithm.Name}, {product}");
            }
        }
    }

    [Test]
    public void AWorkThatIsTooMuchIsNeverChosen()
    {
        SimdConvolution<float> convolution = new(ConvolutionGeometry.Square(3, padding: 1), 1, new SimdGemm<float>(), kernels[0], useWinograd: true);
        IConvolutionAlgorithm<float> interleaved = convolution.Algorithms.Single(algorithm => algorithm.Name == "interleaved");
        (Shape x, Shape y) = (new(16, 64, 224, 224), new(16, 64, 224, 224));
        Assert.That(interleaved.CountSteps(ConvolutionProduct.Forward, x, y).Cost(new ConvolutionSteps(1, 1, 1, 1)), Is.EqualTo(double.PositiveInfinity));
        Assert.That(convolution.Choice(ConvolutionProduct.Forward, x, y), Is.Not.SameAs(interleaved));
    }

    // The algorithm of each product, with each kernel.
    private static IEnumerable<string> Choices(int batch, int channels, int maps, int extent, ConvolutionGeometry geometry, bool useWinograd = true) =>
        from kernel in kernels
        from product in Enum.GetValues<ConvolutionProduct>()
        let x = new Shape(batch, channels, extent, extent)
        let convolution = new SimdConvolution<float>(geometry, 1, new SimdGemm<float>(), kernel, useWinograd)
        select ((IConvolutionAlgorithm<float>)convolution.Choice(product, x, geometry.Output(x.Sample, maps).Batch(batch))).Name;
}
