using NUnit.Framework;
using RefNet.Data;
using RefNet.Tensors;

namespace RefNet.Tests.Data;

/// <summary>Bytes become the numbers that a network sees.</summary>
[TestFixture]
public sealed class PixelScalingTests
{
    [Test]
    public void TheEndsAreExact()
    {
        double[] table = new PixelScaling(Low: -0.1, High: 1.175).Table<double>();
        Assert.That((table[0], table[255]), Is.EqualTo((-0.1, 1.175)));
        Assert.That(table[51], Is.EqualTo(-0.1 + 1.275 / 5).Within(1e-15));
        Assert.That(new PixelScaling().Table<float>()[255], Is.EqualTo(1f));
    }

    [Test]
    public void Y12_LeNet5SeesDigitsInTheMiddleOf32x32()
    {
        ImageSet images = new(new byte[784], new byte[1], 28, 28, ["0"]);
        Assert.That(new PixelScaling(-0.1, 1.175, Padding: 2).SampleShape(images), Is.EqualTo(new Shape(1, 32, 32)));
    }

    [Test]
    public void TheBorderIsLowAndTheImageKeepsItsPlace()
    {
        PixelScaling scaling = new(Low: 5, High: 260, Padding: 1);
        float[] sample = new float[4 * 5];
        scaling.Apply(scaling.Table<float>(), new ImageSet(new byte[] { 10, 20, 30, 40, 50, 60 }, new byte[1], 2, 3, ["0"]), n: 0, sample);
        Assert.That(sample, Is.EqualTo(new float[]
        {
            5, 5, 5, 5, 5,
            5, 15, 25, 35, 5,
            5, 45, 55, 65, 5,
            5, 5, 5, 5, 5,
        }));
    }

    [Test]
    public void EachChannelHasABorderOfItsOwn()
    {
        PixelScaling scaling = new(Low: 0, High: 255, Padding: 1);
        ImageSet colour = new(new byte[] { 1, 2, 3 }, new byte[1], rows: 1, columns: 1, ["0"], channels: 3);
        Assert.That(scaling.SampleShape(colour), Is.EqualTo(new Shape(3, 3, 3)));
        float[] sample = new float[27];
        scaling.Apply(scaling.Table<float>(), colour, n: 0, sample);
        Assert.That(sample, Is.EqualTo(new float[] { 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0 }));
    }

    [Test]
    public void EachChannelCanHaveARangeOfItsOwn()
    {
        // ImageNet's, as torchvision has them: ((p / 255) - mean) / deviation.
        (double[] means, double[] deviations) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
        PixelScaling scaling = PixelScaling.Standardizing(means, deviations, padding: 1);
        ImageSet colour = new(new byte[] { 0, 51, 255 }, new byte[1], rows: 1, columns: 1, ["0"], channels: 3);
        double[] sample = new double[27];
        scaling.Apply(scaling.Table<double>(), colour, n: 0, sample);
        for (int c = 0; c < 3; c++)
        {
            Assert.That(sample[9 * c + 4], Is.EqualTo((new[] { 0, 0.2, 1 }[c] - means[c]) / deviations[c]).Within(1e-14));
            Assert.That(sample[9 * c], Is.EqualTo(-means[c] / deviations[c]), "the border is byte 0");
        }
    }

    [Test]
    public void TheByteOfANumberIsTheOneThatItWas()
    {
        foreach (PixelScaling scaling in new[] { new PixelScaling(-0.1, 1.175), PixelScaling.Standardizing([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]) })
        {
            float[] table = scaling.Table<float>();
            for (int i = 0; i < table.Length; i++)
                Assert.That(scaling.ByteOf(i / 256, table[i]), Is.EqualTo(i % 256).Within(1e-4), $"byte {i % 256} of channel {i / 256}");
        }

        Assert.That(new PixelScaling(2, 4).ByteOf(0, 1), Is.EqualTo(-127.5), "outside of the range");
    }

    [Test]
    public void T6_TheScalingOf1998CentresMnist()
    {
        ImageSet images = Mnist.Load(DataFolder.Mnist).Test.Take(2000);
        PixelScaling scaling = new(-0.1, 1.175, Padding: 2);
        Batch<double> batch = new Batches<double>(images, scaling, images.Count).InOrder().First();
        double mean = batch.Images.Values.ToArray().Average();
        double variance = batch.Images.Values.ToArray().Average(x => (x - mean) * (x - mean));
        // "Mean roughly 0 and variance roughly 1" (section II-B); over 32x32 images the variance is nearer to 0.12.
        Assert.That(mean, Is.EqualTo(0).Within(0.05));
        Assert.That(variance, Is.GreaterThan(0.05));
    }
}
