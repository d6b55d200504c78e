using System.Numerics;
using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Geometry;
using RefNet.Randomness;
using RefNet.Tests.Reference;

namespace RefNet.Tests.Backends;

/// <summary>
/// The fast loops over windows against their definition, over planes with few and with many windows side by side. Values
/// are small whole numbers, whose sums are exact in any order.
/// </summary>
[TestFixture(typeof(float)), TestFixture(typeof(double))]
public sealed class WindowSumsTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<PoolingGeometry> Geometries =>
        from size in new[] { 1, 2, 3, 5 }
        from stride in new[] { 1, 2, 3 }
        from padding in new[] { 0, 1 }
        from rounding in new[] { Rounding.Floor, Rounding.Ceiling }
        where padding < size
        select new PoolingGeometry(new Window(2, 2), new Window(size, stride, padding, padding)) { Rounding = rounding };

    // Rows are added up before columns: the first geometry has windows that overlap and hang over in rows, too.
    public static IEnumerable<PoolingGeometry> RowGeometries =>
    [
        PoolingGeometry.Square(3, stride: 2, padding: 1) with { Rounding = Rounding.Ceiling },
        PoolingGeometry.Square(3, stride: 1, padding: 2),
        PoolingGeometry.Square(1, stride: 3) with { Rounding = Rounding.Floor },
        PoolingGeometry.Square(2, stride: 3) with { Rounding = Rounding.Floor },
    ];

    [TestCaseSource(nameof(Geometries)), TestCaseSource(nameof(RowGeometries))]
    public void SumsAreThoseOfTheDefinition(PoolingGeometry geometry) => ForPlanes(geometry, (plane, height, width) =>
    {
        T[] expected = DirectPooling.Sums(plane, height, width, geometry);
        T[] sums = new T[expected.Length];
        using WindowSums<T> windows = new(geometry, height, width);
        windows.Sum(plane, sums);
        Assert.That(sums, Is.EqualTo(expected), $"{height}x{width}");
        windows.Spread(sums, new T[plane.Length]);
        windows.Sum(plane, sums);
        Assert.That(sums, Is.EqualTo(expected), $"{height}x{width}, after a spread");
    });

    [TestCaseSource(nameof(Geometries)), TestCaseSource(nameof(RowGeometries))]
    public void SpreadIsThatOfTheDefinition(PoolingGeometry geometry) => ForPlanes(geometry, (plane, height, width) =>
    {
        (int rows, int columns) = geometry.Output(height, width);
        T[] values = Numbers(rows * columns, seed: 2);
        T[] spread = new T[plane.Length];
        spread.AsSpan().Fill(T.NaN); // every element must be written
        using WindowSums<T> windows = new(geometry, height, width);
        windows.Spread(values, spread);
        Assert.That(spread, Is.EqualTo(DirectPooling.Spread(values, height, width, geometry)), $"{height}x{width}");
    });

    [TestCaseSource(nameof(Geometries)), TestCaseSource(nameof(RowGeometries))]
    public void PlanesThatStandOneAfterAnotherKeepApart(PoolingGeometry geometry) => ForPlanes(geometry, (plane, height, width) =>
    {
        const int planes = 3;
        (int rows, int columns) = geometry.Output(height, width);
        T[] x = Numbers(planes * plane.Length, seed: 3), values = Numbers(planes * rows * columns, seed: 4);
        T[][] xs = [.. x.Chunk(plane.Length)], parts = [.. values.Chunk(rows * columns)];
        T[] half = [.. Enumerable.Repeat(T.CreateChecked(0.5), rows * columns)];
        using WindowSums<T> windows = new(geometry, height, width);

        T[] sums = [.. xs.SelectMany(one => DirectPooling.Sums(one, height, width, geometry))];
        T[] written = Sentinels(sums.Length);
        windows.Sum(x, written.AsSpan(..^1));
        Assert.That(written, Is.EqualTo(sums.Append(T.NaN)), $"sums, {height}x{width}");
        written = Sentinels(sums.Length);
        windows.Mean(x, half, written.AsSpan(..^1));
        Assert.That(written, Is.EqualTo(sums.Select(sum => sum * half[0]).Append(T.NaN)), $"means, {height}x{width}");

        T[] spread = [.. parts.SelectMany(part => DirectPooling.Spread(part, height, width, geometry))];
        written = Sentinels(spread.Length);
        windows.Spread(values, written.AsSpan(..^1));
        Assert.That(written, Is.EqualTo(spread.Append(T.NaN)), $"spread, {height}x{width}");
        written = Sentinels(spread.Length);
        windows.SpreadMean(values, half, written.AsSpan(..^1));
        Assert.That(written, Is.EqualTo(spread.Select(value => value * half[0]).Append(T.NaN)), $"spread means, {height}x{width}");
    });

    [TestCaseSource(nameof(Geometries)), TestCaseSource(nameof(RowGeometries))]
    public void MaximaAreThoseOfTheDefinition(PoolingGeometry geometry) => ForPlanes(geometry, (plane, height, width) =>
    {
        T[] two = [.. plane, .. plane.Reverse()];
        int[] winners = [.. DirectPooling.Winners(plane, height, width, geometry), .. DirectPooling.Winners([.. plane.Reverse()], height, width, geometry).Select(winner => plane.Length + winner)];
        T[] maxima = Sentinels(winners.Length);
        int[] places = new int[winners.Length];
        WindowMaxima.Find(two, height, width, geometry, maxima.AsSpan(..^1), places);
        Assert.That(places, Is.EqualTo(winners), $"{height}x{width}");
        Assert.That(maxima, Is.EqualTo(winners.Select(winner => two[winner]).Append(T.NaN)), $"{height}x{width}");

        T[] values = Numbers(winners.Length, seed: 2), expected = new T[two.Length], spread = Sentinels(two.Length);
        for (int i = 0; i < winners.Length; i++)
            expected[winners[i]] += values[i];
        WindowMaxima.Spread(values, places, height, width, geometry, spread.AsSpan(..^1));
        Assert.That(spread, Is.EqualTo(expected.Append(T.NaN)), $"{height}x{width}");
    });

    private static void ForPlanes(PoolingGeometry geometry, Action<T[], int, int> assert)
    {
        for (int width = 1; width <= 40; width++)
        {
            int height = width % 3 + 4;
            (int rows, int columns) = geometry.Output(height, width);
            if (rows == 0 || columns == 0)
                continue;
            T[] plane = Numbers(height * width, seed: 1);
            assert(plane, height, width);
            plane[width / 2] = T.NaN;
            plane[^1] = T.NegativeInfinity;
            assert(plane, height, width);
        }
    }

    // NaN in every place that must be written, and in one behind them that must not.
    private static T[] Sentinels(int count) => [.. Enumerable.Repeat(T.NaN, count + 1)];

    // From -3 to 3, so that maxima have equals.
    private static T[] Numbers(int count, int seed)
    {
        Random random = Seeds.Create(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.Next(7) - 3))];
    }
}
