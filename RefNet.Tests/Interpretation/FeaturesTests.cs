using NUnit.Framework;
using RefNet.Interpretation;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

/// <summary>Tables of features, seen in the plane.</summary>
[TestFixture]
public sealed class FeaturesTests
{
    // Three groups far apart, in as many dimensions as are given.
    private static double[,] Groups(int count, int dimensions)
    {
        Random random = Seeds.Create(3);
        double[,] x = new double[count, dimensions];
        for (int n = 0; n < count; n++)
            for (int k = 0; k < dimensions; k++)
                x[n, k] = (k == n % 3 ? 10 : 0) + random.NextDouble();
        return x;
    }

    [Test]
    public void V2_FeaturesAreTheOutputsOfTheLayerImageByImage()
    {
        RefNet.Blocks.Network<double> network = LookedAt.Branching();
        Tensor<double> x = LookedAt.Images(3);
        double[,] features = Features.Of(network, "head", [x]);
        double[] expected = network.Forward(x, RefNet.Layers.Mode.Evaluate).Values.ToArray();
        Assert.That(features.Cast<double>(), Is.EqualTo(expected));
    }

    // Of points on a line all variance lies along it; distances are kept where all components are.
    [TestCase(20, 3), TestCase(4, 30)]
    public void V2_PrincipalComponentsKeepDistancesAndSortByVariance(int count, int dimensions)
    {
        double[,] x = Groups(count, dimensions);
        int all = Math.Min(count - 1, dimensions); // centred rows span one dimension less
        PrincipalComponents components = PrincipalComponents.Of(x, all);
        Assert.That(components.Shares, Is.Ordered.Descending);
        Assert.That(components.Shares.Sum(), Is.EqualTo(1).Within(1e-12));
        double[] before = [.. TSne.SquaredDistances(x).Cast<double>()], after = [.. TSne.SquaredDistances(components.Places).Cast<double>()];
        Assert.That(after, Is.EqualTo(before).Within(1e-9));
        for (int k = 0; k < all; k++)
            Assert.That(Enumerable.Range(0, count).Sum(n => components.Places[n, k]), Is.Zero.Within(1e-9), "means are zero");
    }

    [Test]
    public void V2_OfPointsOnALineTheFirstComponentHasAllVariance()
    {
        double[,] line = new double[5, 3];
        for (int n = 0; n < 5; n++)
            (line[n, 0], line[n, 1], line[n, 2]) = (n, 2 * n, -2 * n);
        PrincipalComponents components = PrincipalComponents.Of(line, 1);
        Assert.That(components.Shares[0], Is.EqualTo(1).Within(1e-12));
        double[] places = [.. components.Places.Cast<double>()];
        Assert.That(places.Max() - places.Min(), Is.EqualTo(4 * 3).Within(1e-9), "a step of the line is 3 long");
    }

    [Test]
    public void V2_TheGradientOfTSneIsTheSlopeOfItsCost()
    {
        double[,] p = TSne.Neighbours(TSne.SquaredDistances(Groups(7, 4)), perplexity: 2);
        Assert.That(p.Cast<double>().Sum(), Is.EqualTo(1).Within(1e-12));
        Random random = Seeds.Create(4);
        double[,] y = new double[7, 2];
        for (int i = 0; i < 14; i++)
            y[i / 2, i % 2] = random.NextDouble();
        double[,] gradient = TSne.Gradient(p, y);
        const double H = 1e-5;
        for (int i = 0; i < 14; i++)
        {
            double was = y[i / 2, i % 2];
            y[i / 2, i % 2] = was + H;
            double above = TSne.Cost(p, y);
            y[i / 2, i % 2] = was - H;
            Assert.That(gradient[i / 2, i % 2], Is.EqualTo((above - TSne.Cost(p, y)) / (2 * H)).Within(1e-7));
            y[i / 2, i % 2] = was;
        }
    }

    // The perplexity is 2 to the entropy in bits: the number of neighbours, were they equally near.
    [Test]
    public void V2_EveryRowHasThePerplexityThatWasAskedFor()
    {
        double[,] distances = TSne.SquaredDistances(Groups(30, 4));
        foreach (int row in new[] { 0, 11, 29 })
        {
            double[] p = TSne.RowOf(distances, row, perplexity: 5);
            Assert.That(p.Sum(), Is.EqualTo(1).Within(1e-12));
            Assert.That(Math.Exp(-p.Sum(share => share > 0 ? share * Math.Log(share) : 0)), Is.EqualTo(5).Within(1e-6));
        }

        // 13 points at equal distances have 12 neighbours each, whatever the width: no perplexity but 12 can be had.
        double[,] equal = new double[13, 13];
        for (int i = 0; i < 13; i++)
            for (int j = 0; j < 13; j++)
                equal[i, j] = i == j ? 0 : 1;
        Assert.That(TSne.Neighbours(equal, perplexity: 3)[0, 1], Is.EqualTo(1 / (13.0 * 12)).Within(1e-12));
    }

    [Test]
    public void V2_TSneKeepsGroupsTogetherAndRepeatsWithItsSeed()
    {
        double[,] x = Groups(60, 5), y = TSne.Of(x, perplexity: 8, steps: 300);
        double[,] distances = TSne.SquaredDistances(y);
        for (int i = 0; i < 60; i++)
        {
            int nearest = Enumerable.Range(0, 60).Where(j => j != i).MinBy(j => distances[i, j]);
            Assert.That(nearest % 3, Is.EqualTo(i % 3));
        }

        Assert.That(TSne.Of(x, perplexity: 8, steps: 300).Cast<double>(), Is.EqualTo(y.Cast<double>()));
        Assert.That(() => TSne.Of(x, perplexity: 20), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
