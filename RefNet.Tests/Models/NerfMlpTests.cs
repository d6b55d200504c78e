using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Data;
using RefNet.Training;

namespace RefNet.Tests.Models;

/// <summary>An image drawn by the network that the lecture draws one with.</summary>
[TestFixture]
public sealed class NerfMlpTests
{
    // Four digits of MNIST on 64x64, learnt in random batches of an eighth of its pixels. At a rate of 1e-3 the sigmoid of a channel may saturate, and stays black.
    [Test]
    public void L21_TheLecturesNetworkDrawsAnImageByFourierFeatures()
    {
        ImageSet digits = Mnist.Load(DataFolder.Mnist).Training;
        double with = Psnr(digits, hasFeatures: true), without = Psnr(digits, hasFeatures: false);
        TestContext.Out.WriteLine($"PSNR {with:f1} dB with the encoding, {without:f1} dB without");
        Assert.That(with - without, Is.GreaterThan(5), "dB");
    }

    private static double Psnr(ImageSet digits, bool hasFeatures)
    {
        const int Side = 64, Batch = 512, Epochs = 20;
        Network<float> network = new NerfMlp(hasFeatures).Create<float>(seed: 21);
        Trainer<float> trainer = new(new Objective<float>(network, () => new MeanSquaredError<float>()), new Adam<float>(network.Parameters, 3e-4));
        float[] image = new float[Side * Side];
        for (int n = 0; n < 4; n++)
            for (int p = 0; p < 784; p++)
                image[(2 + p / 28 + 32 * (n / 2)) * Side + 2 + p % 28 + 32 * (n % 2)] = digits.Pixels(n)[p] / 255f;

        Tensor<float> places = new(new Shape(Batch, 2)), colours = new(new Shape(Batch, 3));
        int[] order = [.. Enumerable.Range(0, image.Length)];
        Random random = Seeds.Create(21);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (int[] chosen in order.Chunk(Batch))
            {
                Fill(chosen);
                trainer.Step(new Batch<float>(places, colours));
            }
        }

        double error = 0;
        foreach (int[] chosen in Enumerable.Range(0, image.Length).Chunk(Batch))
        {
            Fill(chosen);
            error += network.Predict(places).Values.ToArray().Zip(colours.Values.ToArray(), (y, t) => Math.Pow(y - t, 2)).Sum();
        }

        return -10 * Math.Log10(error / (3 * image.Length));

        void Fill(int[] chosen)
        {
            for (int n = 0; n < Batch; n++)
            {
                (places[n, 0], places[n, 1]) = ((float)(chosen[n] / Side) / Side, (float)(chosen[n] % Side) / Side);
                colours.SampleSpan(n).Fill(image[chosen[n]]);
            }
        }
    }
}
