using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Data;
using RefNet.Data.Preparation;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Golden;

namespace RefNet.Tests.Data.Preparation;

/// <summary>What is learnt of training images, and what it makes of them.</summary>
[TestFixture]
public sealed class PreparationTests
{
    // 600 images of 2x3x4 whose pixels depend on each other, and whose 24 numbers all vary.
    private static readonly ImageSet Images = Correlated(600, channels: 2, rows: 3, columns: 4);

    private static readonly PixelScaling Scaling = new(-0.5, 1.5);

    [TestCase("center")]
    [TestCase("channels")]
    [TestCase("standardize:0")]
    [TestCase("pca:0")]
    [TestCase("zca:0.1")]
    public void T6_TheMeanBecomesZero(string name)
    {
        double[][] x = Prepared(name);
        if (name == "channels")
            x = [.. x.SelectMany(image => image.Chunk(12)).Select((channel, i) => (channel, i % 2)).GroupBy(pair => pair.Item2).Select(group => group.SelectMany(pair => pair.channel).ToArray())];
        IEnumerable<double> means = name == "channels" ? x.Select(channel => channel.Average()) : Enumerable.Range(0, 24).Select(i => x.Average(image => image[i]));
        Assert.That(means, Is.All.EqualTo(0).Within(1e-12));
        if (name == "channels")
            Assert.That(x.Select(channel => channel.Average(value => value * value)), Is.All.EqualTo(1).Within(1e-12));
    }

    [TestCase("pca:0")]
    [TestCase("zca:0")]
    public void T6_TheCovarianceBecomesTheIdentity(string name)
    {
        double[][] x = Prepared(name);
        for (int i = 0; i < 24; i++)
        {
            for (int j = 0; j < 24; j++)
                Assert.That(x.Average(image => image[i] * image[j]), Is.EqualTo(i == j ? 1 : 0).Within(1e-8), $"{i}, {j}");
        }
    }

    [Test]
    public void StandardizedNumbersHaveVarianceOne()
    {
        double[][] x = Prepared("standardize:0"), kept = Prepared("center");
        for (int i = 0; i < 24; i++)
        {
            Assert.That(x.Average(image => image[i] * image[i]), Is.EqualTo(1).Within(1e-12));
            Assert.That(x[7][i] / x[8][i], Is.EqualTo(kept[7][i] / kept[8][i]).Within(1e-9), "numbers are scaled, not mixed");
        }
    }

    [Test]
    public void WithEpsilonVariancesStayBelowOne()
    {
        // The variance along component i becomes d / (d + ε); without ε the row of PCA's matrix has the length 1 / √d.
        Tensor<double> matrix = Learn("pca:0").Matrix!;
        double[][] x = Prepared("pca:0.05");
        for (int i = 0; i < 24; i++)
        {
            double d = 1 / matrix.Sample(i).ToArray().Sum(m => m * m);
            Assert.That(x.Average(image => image[i] * image[i]), Is.EqualTo(d / (d + 0.05)).Within(1e-9));
        }
    }

    [Test]
    public void ZcaIsSymmetricAndNearestToTheImage()
    {
        Tensor<double> zca = Learn("zca:0").Matrix!;
        for (int i = 0; i < 24; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.That(zca[i, j], Is.EqualTo(zca[j, i]).Within(1e-12));
        }

        double[][] centred = Prepared("center");
        double Distance(string name) => Prepared(name).Zip(centred, (a, b) => a.Zip(b, (p, q) => (p - q) * (p - q)).Sum()).Sum();
        Assert.That(Distance("zca:0"), Is.LessThan(Distance("pca:0")), "of all whitening matrices ZCA changes the data least");
    }

    [Test]
    public void MatricesAgreeWithPyTorch()
    {
        foreach (GoldenCase golden in GoldenFile.Cases(nameof(Whitening)))
        {
            Tensor<double> x = golden.Arrays["x"];
            ImageSet images = new(x.Values.ToArray().Select(value => (byte)value).ToArray(), new byte[x.Shape[0]], 2, 3, ["a"]);
            foreach (string name in new[] { "pca", "zca" })
            {
                Tensor<double> matrix = PreparationLearner.Learn<double>($"{name}:{golden.Double("epsilon").ToString(System.Globalization.CultureInfo.InvariantCulture)}", images, new PixelScaling()).Matrix!;
                Assert.That(matrix.Values.ToArray(), Is.EqualTo(golden.Arrays[name].Values.ToArray()).Within(GoldenComparison.Tolerance), $"{name} {golden.Settings}");
            }
        }
    }

    [Test]
    public void TheSameIsLearntAndComputedOnAnyNumberOfThreads()
    {
        int threads = ParallelLoop.MaxThreads;
        try
        {
            double[][][] results = [.. new[] { 1, 2, 7 }.Select(count =>
            {
                ParallelLoop.MaxThreads = count;
                return Prepared("zca");
            })];
            Assert.That(results[1], Is.EqualTo(results[0]));
            Assert.That(results[2], Is.EqualTo(results[0]));
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }
    }

    [Test]
    public void APixelThatNeverChangesNeedsAnEpsilon([Values("standardize", "pca", "zca")] string name)
    {
        ImageSet images = new(new byte[] { 0, 1, 0, 2, 0, 5 }, new byte[3], 1, 2, ["a"]);
        Assert.That(() => PreparationLearner.Learn<float>($"{name}:0", images, Scaling), Throws.TypeOf<InputException>().With.Message.Contains("Give an EPSILON above 0"));
        InputPreparation<float> learnt = PreparationLearner.Learn<float>(name, images, Scaling);
        float[] x = [-0.5f, -0.5f];
        learnt.Apply(x);
        Assert.That(x.Select(Math.Abs), Has.One.EqualTo(0).Within(1e-6f), "it becomes 0");
    }

    [Test]
    public void LargeImagesAreNotWhitened() => Assert.That(
        () => PreparationLearner.Learn<float>("zca", new ImageSet(new byte[65 * 65], new byte[1], 65, 65, ["a"]), Scaling),
        Throws.TypeOf<InputException>().With.Message.Contains("Expected images of at most 4096 numbers for whitening; found 1x65x65."));

    [TestCase("zca", "zca", 0.01)]
    [TestCase("pca:0.5", "pca", 0.5)]
    [TestCase("standardize:1e-3", "standardize", 0.001)]
    [TestCase("center", "center", 0)]
    public void NamesAreRead(string text, string name, double epsilon) => Assert.That(PreparationNames.Parse(text), Is.EqualTo((name, epsilon)));

    [Test]
    public void MistakesAreExplained([Values("", "whiten", "center:1", "zca:", "zca:-1", "zca:NaN", "zca:1:2", "zca:x")] string text) =>
        Assert.That(() => PreparationNames.Parse(text), Throws.TypeOf<InputException>().With.Message.EqualTo(
            $"Expected a preparation of inputs, one of center, channels, standardize[:EPSILON], pca[:EPSILON], zca[:EPSILON], where EPSILON is a number of 0 or more; found '{text}'."));

    private static InputPreparation<double> Learn(string name) => PreparationLearner.Learn<double>(name, Images, Scaling);

    private static double[][] Prepared(string name) =>
        [.. new Batches<double>(Images, Scaling, 32, augmentation: null, Learn(name)).InOrder().SelectMany(batch => Enumerable.Range(0, batch.Count).Select(n => batch.Images.Sample(n).ToArray()))];

    private static ImageSet Correlated(int count, int channels, int rows, int columns)
    {
        Random random = Seeds.Create(1, count);
        byte[] pixels = new byte[count * channels * rows * columns];
        int before = 0;
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(before = (before + random.Next(256)) / 2);
        return new ImageSet(pixels, new byte[count], rows, columns, ["a"], channels);
    }
}
