using NUnit.Framework;
using RefNet.Data.Augmentation;
using RefNet.Randomness;
using RefNet.Tensors;
using static RefNet.Tests.Data.Augmentation.Samples;

namespace RefNet.Tests.Data.Augmentation;

/// <summary>The displacements of Simard, Steinkraus and Platt.</summary>
[TestFixture]
public sealed class ElasticDistortionTests
{
    private const int Side = 29; // the paper's images
    private const double Alpha = 34, Sigma = 4;

    private static readonly float[][] Fields = [.. Enumerable.Range(0, 1000).Select(Field)];

    [Test]
    public void TheMeanDisplacementIsZeroAndItsDeviationTheClosedForm()
    {
        // Each draw has variance 1/3. The squared weights of a Gaussian in two dimensions sum to 1 / (4πσ²).
        double deviation = Alpha / (2 * Sigma * Math.Sqrt(3 * Math.PI));
        Assert.That(deviation, Is.EqualTo(1.38).Within(0.01));

        double[] middle = [.. Fields.Select(field => (double)field[Side / 2 * Side + Side / 2])];
        Assert.That(middle.Average(), Is.Zero.Within(4 * deviation / Math.Sqrt(1000)), "four deviations of the mean");
        // A variance from 1,000 draws is off by √(2/1000) = 4.5 %; cutting the Gaussian at 3σ adds 1 %.
        Assert.That(middle.Average(d => d * d), Is.EqualTo(deviation * deviation).Within(4 * 4.5 + 1).Percent);
    }

    [Test]
    public void NeighboursMoveTogether()
    {
        // The correlation of two smoothed numbers a distance d apart is exp(-d² / 4σ²); the pair of places keeps off the edges.
        foreach (int d in new[] { 1, 4, 8 })
        {
            (double, double)[] pairs = [.. Fields.Select(field => ((double)field[14 * Side + 10], (double)field[14 * Side + 10 + d]))];
            double correlation = pairs.Sum(p => p.Item1 * p.Item2) / Math.Sqrt(pairs.Sum(p => p.Item1 * p.Item1) * pairs.Sum(p => p.Item2 * p.Item2));
            double expected = Math.Exp(-d * d / (4 * Sigma * Sigma));
            // Its deviation is (1 - r²) / √1000, and the nearest edge is 8 = 2σ away, which cuts off up to 2 % of the smaller weights.
            Assert.That(correlation, Is.EqualTo(expected).Within(4 * (1 - expected * expected) / Math.Sqrt(1000) + 0.02), $"{d} apart");
        }
    }

    [Test]
    public void RowsAndColumnsMoveIndependently()
    {
        (float Row, float Column)[] moves = [.. Enumerable.Range(0, 1000).Select(image =>
        {
            float[] rows = new float[Side * Side], columns = new float[Side * Side];
            ImageDraws draws = new(seed: 1, epoch: 1, image, place: 0);
            new ElasticDistortion(Alpha, Sigma).Map(ref draws, new SamplingGrid(rows, columns, Side, Side));
            return (rows[14 * Side + 14] - 14, columns[14 * Side + 14] - 14);
        })];
        double product = moves.Average(m => m.Row * m.Column), scale = Math.Sqrt(moves.Average(m => m.Row * m.Row) * moves.Average(m => m.Column * m.Column));
        Assert.That(product / scale, Is.Zero.Within(4 / Math.Sqrt(1000)));
    }

    [TestCase(6, 9, 1.5)]
    [TestCase(9, 4, 3)]
    [TestCase(1, 1, 0.5)]
    [TestCase(3, 2, 8)]
    public void SmoothingIsTheSumOverTheWindow(int rows, int columns, double sigma)
    {
        Random random = Seeds.Create(1, rows);
        float[] x = [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f)], y = [.. x];
        new GaussianSmoothing(sigma).Apply(y, rows, columns);

        int radius = (int)Math.Ceiling(3 * sigma);
        double Bell(int d) => Math.Abs(d) <= radius ? Math.Exp(-d * d / (2 * sigma * sigma)) : 0;
        double sum = Enumerable.Range(-radius, 2 * radius + 1).Sum(Bell);
        for (int i = 0; i < y.Length; i++)
        {
            double expected = Enumerable.Range(0, x.Length).Sum(j => x[j] * Bell(i / columns - j / columns) * Bell(i % columns - j % columns)) / (sum * sum);
            // Two sums of up to 49 products of numbers below 0.5 and weights that sum to 1.
            Assert.That(y[i], Is.EqualTo(expected).Within(2 * 49 * 0.5 * Math.Pow(2, -24)));
        }
    }

    [Test]
    public void AnImageIsDistortedWithinItsRange()
    {
        Shape shape = new(3, 28, 31);
        float[] image = Draw(shape), distorted = Augment("elastic:36:5", image, shape);
        Assert.That(distorted, Is.Not.EqualTo(image));
        Assert.That(distorted, Is.All.InRange(-10, 245), "interpolation makes no number that is larger or smaller than all");
    }

    private static float[] Field(int image)
    {
        float[] field = new float[Side * Side];
        ImageDraws draws = new(seed: 1, epoch: 1, image, place: 0);
        new ElasticDistortion(Alpha, Sigma).DrawField(ref draws, field, Side, Side);
        return field;
    }
}
