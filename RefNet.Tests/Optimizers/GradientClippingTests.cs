using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Backends.Simd;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Tests.Optimizers;

[TestFixture]
public sealed class GradientClippingTests
{
    private static readonly IBackend<double>[] backends = [new ReferenceBackend<double>(), new SimdBackend<double>(), new SimdBackend<double>(new MathNetGemm<double>())];

    // 1 + 4 + 4 + 16 + 144 = 13²
    [Test]
    public void TheNormIsThatOfAllParametersTogether([ValueSource(nameof(backends))] IBackend<double> backend)
    {
        Network<double> network = Make(backend);
        Assert.That(new GradientClipping<double>(network.Parameters, largestNorm: 6.5).Clip(), Is.EqualTo(13).Within(1e-12));
        Assert.That(Gradients(network), Is.EqualTo(new double[] { 0.5, -1, 1, -2, 6, 0 }).Within(1e-12));
        Assert.That(new GradientClipping<double>(network.Parameters, largestNorm: 6.5).Clip(), Is.EqualTo(6.5).Within(1e-12), "shortened to the largest norm");
    }

    [Test]
    public void AShortGradientStaysToTheBit()
    {
        Network<double> network = Make(backends[1]);
        Assert.That(new GradientClipping<double>(network.Parameters, largestNorm: 13.0001).Clip(), Is.EqualTo(13).Within(1e-12));
        Assert.That(Gradients(network), Is.EqualTo(new double[] { 1, -2, 2, -4, 12, 0 }));
    }

    [Test]
    public void FrozenParametersTakeNoPart()
    {
        Network<double> network = Make(backends[1]);
        network.Layers[1].IsFrozen = true;
        Assert.That(new GradientClipping<double>(network.Parameters, largestNorm: 2.5).Clip(), Is.EqualTo(5).Within(1e-12), "1 + 4 + 4 + 16");
        Assert.That(Gradients(network), Is.EqualTo(new double[] { 0.5, -1, 1, -2, 12, 0 }).Within(1e-12));
    }

    // What is lost stays lost, so that the loss shows it; 1e300² is beyond the range of double.
    [TestCase(double.PositiveInfinity), TestCase(double.NaN), TestCase(1e300)]
    public void ANormThatIsNotFiniteIsLeftAlone(double element)
    {
        Network<double> network = Make(backends[1]);
        network.Parameters[0].Gradient[0] = element;
        Assert.That(double.IsFinite(new GradientClipping<double>(network.Parameters, 1).Clip()), Is.False);
        Assert.That(Gradients(network), Is.EqualTo(new[] { element, -2, 2, -4, 12, 0 }));
    }

    [TestCase(0), TestCase(-1), TestCase(double.NaN), TestCase(double.PositiveInfinity)]
    public void ANormOutOfRangeIsAnError(double norm) =>
        Assert.That(() => new GradientClipping<double>([], norm), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("finite number above 0"));

    private static Network<double> Make(IBackend<double> backend)
    {
        Network<double> network = new(new Shape(2), seed: 1, new Dense<double>(2, 2, useBias: false), new Dense<double>(2, 1, useBias: false));
        network.To(backend);
        network.Parameters[0].Gradient.CopyFrom([1, -2, 2, -4]);
        network.Parameters[1].Gradient.CopyFrom([12, 0]);
        return network;
    }

    private static double[] Gradients(Network<double> network) => [.. network.Parameters.SelectMany(parameter => parameter.Gradient.Values.ToArray())];
}
