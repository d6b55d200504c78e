using NUnit.Framework;
using RefNet.Experiments;
using RefNet.Randomness;

namespace RefNet.Tests.Experiments;

/// <summary>Where a search of settings looks (LECTURES T10).</summary>
[TestFixture]
public sealed class SearchPointsTests
{
    private static readonly LogRange[] two = [new(1e-4, 1), new(1e-6, 1e-2)];

    [Test]
    public void T10_RandomPointsTryAValueOfEachAxisEach()
    {
        double[][] points = [.. Enumerable.Range(0, 16).Select(number => SearchPoints.Random(two, seed: 1, stage: 0, number))];
        for (int axis = 0; axis < 2; axis++)
        {
            Assert.That(points.Select(point => point[axis]), Is.Unique);
            Assert.That(points.Select(point => point[axis]), Is.All.InRange(two[axis].Low, two[axis].High));
        }

        Assert.That(SearchPoints.Grid(two, 16).Select(point => point[0]).Distinct().Count(), Is.EqualTo(4), "a grid of 16 tries 4");
        Assert.That(SearchPoints.Random(two, seed: 1, stage: 0, 3), Is.EqualTo(points[3]), "whatever came before");
        Assert.That(SearchPoints.Random(two, seed: 1, stage: 1, 3), Is.Not.EqualTo(points[3]));
        Assert.That(SearchPoints.Random(two, seed: 2, stage: 0, 3), Is.Not.EqualTo(points[3]));
    }

    // The optimum is 6 % of one axis wide, and the other does not matter. Of 9 points, random ones hit it with the probability
    // 1 - 0.94^9 = 0.43, a grid of 3 x 3 with 3 times 0.06 = 0.18: over 1,000 seeds that is 427 ± 16 and 180 ± 12.
    [Test]
    public void T10_C18_RandomSearchFindsAPlantedOptimumMoreOftenThanAGrid()
    {
        const int Points = 9, Searches = 1000;
        const double HalfWidth = 0.03;
        LogRange[] ranges = [new(1, Math.E), new(1, Math.E)]; // ln x is the place in the range
        int byRandom = 0, byGrid = 0;
        for (int seed = 0; seed < Searches; seed++)
        {
            double optimum = HalfWidth + (1 - 2 * HalfWidth) * Seeds.Create(seed, 99).NextDouble();
            bool Hits(double[] point) => Math.Abs(Math.Log(point[0]) - optimum) < HalfWidth;
            byRandom += Enumerable.Range(0, Points).Any(number => Hits(SearchPoints.Random(ranges, seed, 0, number))) ? 1 : 0;
            byGrid += SearchPoints.Grid(ranges, Points).Any(Hits) ? 1 : 0;
        }

        Assert.That(byRandom, Is.InRange(370, 490));
        Assert.That(byGrid, Is.InRange(130, 240));
    }

    // Of learning rates between 1e-4 and 1, as many are tried between 1e-4 and 1e-3 as between 0.1 and 1.
    [Test]
    public void EveryPowerOfTenGetsItsShare()
    {
        int[] perDecade = new int[4];
        for (int number = 0; number < 4000; number++)
            perDecade[(int)(Math.Log10(SearchPoints.Random(two, seed: 5, stage: 0, number)[0]) + 4)]++;
        Assert.That(perDecade, Is.All.InRange(880, 1120), "1,000 with a standard deviation of 27");
    }

    [Test]
    public void AGridStandsInTheMiddlesOfEqualParts()
    {
        IReadOnlyList<double[]> grid = SearchPoints.Grid([new LogRange(1e-4, 1)], 5);
        Assert.That(grid, Has.Count.EqualTo(5));
        Assert.That(SearchPoints.Grid([new LogRange(1e-4, 1)], 2).Select(point => point[0]), Is.EqualTo(new[] { 1e-3, 1e-1 }).Within(1e-12));
        Assert.That(SearchPoints.Grid(two, 8), Has.Count.EqualTo(4), "the largest square below");
    }

    [TestCase(1e-2, 1e-3, 1e-1), TestCase(1e-4, 1e-4, 1e-2), TestCase(1, 1e-2, 1)]
    public void APartOfARangeStaysInside(double value, double low, double high)
    {
        LogRange part = new LogRange(1e-4, 1).Around(value, 0.5);
        Assert.That((part.Low, part.High), Is.EqualTo((low, high)).Using<(double A, double B)>((x, y) => Math.Abs(x.A / y.A - 1) + Math.Abs(x.B / y.B - 1) < 1e-12));
        Assert.That(new LogRange(3, 3).Around(3, 0.5), Is.EqualTo(new LogRange(3, 3)));
    }
}
