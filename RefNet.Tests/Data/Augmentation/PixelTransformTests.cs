using NUnit.Framework;
using RefNet.Data;
using RefNet.Data.Augmentation;
using RefNet.Tensors;
using static RefNet.Tests.Data.Augmentation.Samples;

namespace RefNet.Tests.Data.Augmentation;

/// <summary>What becomes of the numbers.</summary>
[TestFixture]
public sealed class PixelTransformTests
{
    private static readonly Shape Colour = new(3, 20, 24);

    [Test]
    public void ZeroStrengthLeavesEveryBit([Values("brightness:0", "colour:0", "pca:0", "noise:0", "cutout:0")] string names) =>
        Assert.That(Augment(names, Draw(Colour), Colour), Is.EqualTo(Draw(Colour)));

    [Test]
    public void BrightnessMultipliesWhatLiesAboveBlack()
    {
        double[] factors = [.. Enumerable.Range(0, 1000).Select(index =>
        {
            Shape shape = new(3, 2, 3);
            float[] image = Draw(shape), changed = Augment("brightness:0.4", image, shape, index: index);
            double factor = (changed[0] + 10) / (image[0] + 10);
            Assert.That(changed, Is.EqualTo(image.Select(value => factor * (value + 10) - 10)).Within(1e-3), "black stays black");
            return factor;
        })];
        Assert.That((factors.Min(), factors.Max()), Is.EqualTo((0.6, 1.4)).Within(0.01));
        Assert.That(factors.Average(), Is.EqualTo(1).Within(4 * 0.4 / Math.Sqrt(3000)));
    }

    [Test]
    public void AColourCastAddsTheSameToAChannel()
    {
        double[][] casts = [.. Enumerable.Range(0, 1000).Select(index => Casts("colour:0.2", index))];
        double[] all = [.. casts.SelectMany(cast => cast)];
        Assert.That(all, Is.All.InRange(-0.2, 0.2));
        Assert.That((all.Min(), all.Max()), Is.EqualTo((-0.2, 0.2)).Within(0.002));
        Assert.That(casts.Average(cast => cast[0] * cast[1]), Is.Zero.Within(4 * 0.04 / 3 / Math.Sqrt(1000)), "channels are independent");
    }

    [Test]
    public void PrincipalColoursHaveTheCovarianceOfTheirComponents()
    {
        // The covariance is S² Σ_i s_i² p_i p_iᵀ; the first component is nearly grey: all colours go up and down together.
        double[][] casts = [.. Enumerable.Range(0, 2000).Select(index => Casts("pca:0.1", index))];
        double[] first = [-0.5675, -0.5808, -0.5836];
        for (int a = 0; a < 3; a++)
        {
            for (int b = 0; b < 3; b++)
            {
                // A covariance of 2,000 draws is off by √(2/2000) = 3.2 %; the smaller components add up to 0.0188² / 0.2175² = 0.75 %, times 1.6.
                Assert.That(casts.Average(cast => cast[a] * cast[b]), Is.EqualTo(0.01 * 0.2175 * 0.2175 * first[a] * first[b]).Within(4 * 3.2 + 1.2).Percent);
            }
        }

        Assert.That(() => AugmentationNames.Create("flip,pca:0.1").Check(channels: 1), Throws.TypeOf<InputException>().With.Message.EqualTo(
            "Expected colour images for pca:0.1; found images with 1 channel. Leave it out."));
    }

    [Test]
    public void NoiseIsNormal()
    {
        float[] image = Draw(Colour), noisy = Augment("noise:0.1", image, Colour);
        double[] noise = [.. noisy.Zip(image, (a, b) => (a - b) / 25.5)];
        // 1,440 draws of variance 1: means within 4 / √n, variances within 4 √(2/n), fourth moments 3 within 4 √(96/n).
        double n = noise.Length;
        Assert.That(noise.Average(), Is.Zero.Within(4 / Math.Sqrt(n)));
        Assert.That(noise.Average(x => x * x), Is.EqualTo(1).Within(4 * Math.Sqrt(2 / n)));
        Assert.That(noise.Average(x => x * x * x * x), Is.EqualTo(3).Within(4 * Math.Sqrt(96 / n)));
        Assert.That(noise.Zip(noise.Skip(1), (a, b) => a * b).Average(), Is.Zero.Within(4 / Math.Sqrt(n)), "neighbours are independent");
    }

    [Test]
    public void CutoutCoversASquareInAllChannels([Values(1, 4, 5)] int side)
    {
        Shape shape = new(2, 6, 7);
        float[] image = Draw(shape);
        HashSet<(int, int)> middles = [];
        for (int index = 0; index < 500; index++)
        {
            float[] covered = Augment($"cutout:{side}", image, shape, index: index);
            (int, int)[] fitting = [.. from row in Enumerable.Range(0, 6)
                                       from column in Enumerable.Range(0, 7)
                                       where Covered(image, shape, side, row, column).SequenceEqual(covered)
                                       select (row, column)];
            Assert.That(fitting, Is.Not.Empty);
            middles.UnionWith(fitting);
        }

        Assert.That(middles, Has.Count.EqualTo(42), "each pixel can be the middle");
    }

    [Test]
    public void ChannelsHaveRangesOfTheirOwn()
    {
        PixelScaling scaling = PixelScaling.Standardizing([0.5, 0.4, 0.3], [0.2, 0.25, 0.5]);
        float[] image = new float[3 * 4 * 4];
        AugmentationNames.Create("crop:4").Apply<float>(image, new Shape(3, 4, 4), scaling, seed: 1, epoch: 1, image: 3);
        for (int channel = 0; channel < 3; channel++)
            Assert.That(image.AsSpan(channel * 16, 16).ToArray().Distinct(), Is.SubsetOf(new[] { 0f, (float)scaling.Channels[channel].Low }).And.Contains((float)scaling.Channels[channel].Low));
    }

    private static float[] Covered(float[] image, Shape shape, int side, int middleRow, int middleColumn) => Rearranged(image, shape, (row, column) => (row, column)).Select((value, i) =>
        i / shape[2] % shape[1] is int row && i % shape[2] is int column && row >= middleRow - side / 2 && row < middleRow - side / 2 + side
        && column >= middleColumn - side / 2 && column < middleColumn - side / 2 + side ? 0 : value).ToArray();

    // What is added to each channel, as a share of the range.
    private static double[] Casts(string names, int index)
    {
        float[] image = Draw(Colour), changed = Augment(names, image, Colour, index: index);
        double[][] added = [.. changed.Zip(image, (a, b) => (a - b) / 255.0).Chunk(20 * 24)];
        Assert.That(added.Select(channel => channel.Max() - channel.Min()), Is.All.LessThan(1e-6), "the same at each pixel");
        return [.. added.Select(channel => channel[0])];
    }
}
