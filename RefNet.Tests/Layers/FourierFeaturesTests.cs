using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class FourierFeaturesTests
{
    [Test]
    public void L21_CosinesAndThenSinesOfThePhases()
    {
        FourierFeatures<double> layer = new(inputs: 2, frequencies: 2, sigma: 1);
        layer.Buffers[0].Value.CopyFrom([1, 0, 0.5, 2]);
        double[] y = layer.Forward(new Tensor<double>(new Shape(1, 2), [0.25, 0.125]), Mode.Train).Values.ToArray();
        Assert.That(y, Is.EqualTo(new[] { 0, Math.Cos(0.75 * Math.PI), 1, Math.Sin(0.75 * Math.PI) }).Within(1e-15), "phases of a quarter and of three eighths of a period");
    }

    [Test]
    public void TheFrequenciesAreDrawnFromTheStreamOfTheLayerWithTheGivenDeviation()
    {
        Network<double> Make(int seed) => new(new Shape(2), seed, new FourierFeatures<double>(2, 5_000, sigma: 3) { Name = "features" });
        double[] Frequencies(Network<double> network) => network.NamedBuffers().Single(buffer => buffer.Path == "features.frequencies").Buffer.Value.Values.ToArray();
        double[] drawn = Frequencies(Make(1));
        Assert.That(Frequencies(Make(1)), Is.EqualTo(drawn));
        Assert.That(Frequencies(Make(2)), Is.Not.EqualTo(drawn));
        // 10,000 draws: the deviation errs by 1/√20,000 = 0.7 %; four of that.
        Assert.That(Math.Sqrt(drawn.Average(b => b * b)), Is.EqualTo(3).Within(2.8).Percent);
    }

    [Test]
    public void TheFrequenciesAreNotTrained() => Assert.That(new FourierFeatures<double>(2, 8, sigma: 1).Parameters, Is.Empty);

    // Coordinates of 64 x 64 pixels to their brightness, by full batches: rings and stripes, which a network that sees bare coordinates blurs. The lecture's
    // network is four times as wide; the difference is the encoding.
    [Test]
    public void L21_WithTheEncodingASmallNetworkDrawsWhatItBlursWithout()
    {
        double with = Psnr(new FourierFeatures<float>(2, 64, sigma: 4), features: 128), without = Psnr(new Identity<float>(), features: 2);
        Assert.That(with, Is.GreaterThan(20), "PSNR with the encoding, in dB");
        Assert.That(with - without, Is.GreaterThan(5), $"PSNR {with:f1} dB with the encoding, {without:f1} dB without");
    }

    private static double Psnr(Layer<float> encoding, int features)
    {
        const int Side = 64, Steps = 150;
        Tensor<float> places = new(new Shape(Side * Side, 2)), image = new(new Shape(Side * Side, 1));
        for (int n = 0; n < Side * Side; n++)
        {
            (double row, double column) = (n / Side / (double)Side, n % Side / (double)Side);
            (places[n, 0], places[n, 1]) = ((float)row, (float)column);
            double radius = Math.Sqrt((row - 0.5) * (row - 0.5) + (column - 0.5) * (column - 0.5));
            image[n, 0] = (float)(0.5 + 0.25 * Math.Cos(40 * radius) + 0.25 * Math.Sin(30 * column));
        }

        Network<float> network = new(new Shape(2), seed: 21, encoding,
            new Dense<float>(features, 64, Initializer.He), new ReLU<float>(), new Dense<float>(64, 64, Initializer.He), new ReLU<float>(), new Dense<float>(64, 1), new Sigmoid<float>());
        MeanSquaredError<float> loss = new();
        Adam<float> optimizer = new(network.Parameters, 0.01);
        double error = 0;
        for (int step = 0; step < Steps; step++)
        {
            error = loss.Forward(network.Forward(places, Mode.Train), image);
            network.ClearGradients();
            network.Backward(loss.Backward(), needsInputGradient: false);
            optimizer.Step();
        }

        return -10 * Math.Log10(error);
    }
}
