using System.Runtime.CompilerServices;

namespace RefNet.Data;

/// <summary>
/// Measures whether an image resembles the training images of a class. A network may be certain about nonsense that it was never trained on; the nearest
/// training image is a better test. Distances are Euclidean, over pixels from 0 to 1 (Cover and Hart, "Nearest neighbor pattern classification", 1967).
/// </summary>
/// <remarks>By definition, one in a hundred images of MNIST is farther from the others of its class than <see cref="Usual"/>.</remarks>
/// <param name="images">The training images.</param>
public sealed class Familiarity(ImageSet images)
{
    private const double UsualShare = 0.99;

    // This many images of a class are compared with the others; a class of fewer than 100 images gives no usual distance.
    private const int Compared = 300;
    private const int Fewest = 100;

    private readonly Dictionary<int, int[]> numbers = [];
    private readonly Dictionary<int, double?> usual = [];

    /// <summary>Whether images of this size can be compared.</summary>
    public bool Fits(int rows, int columns) => (images.Channels, images.Rows, images.Columns) == (1, rows, columns);

    /// <summary>The distance to the nearest training image of a class; infinite if it has none.</summary>
    /// <param name="image">A grey image of the size of the training images.</param>
    /// <param name="c">The class.</param>
    public double Distance(GreyImage image, int c) => OfClass(c) is { Length: > 0 } own ? Root(Nearest(image.Pixels, own)) : double.PositiveInfinity;

    /// <summary>
    /// The distance above which an image is unusual: 99 % of the training images of a class are closer to their nearest neighbour. Null for a
    /// class of fewer than 100 images.
    /// </summary>
    public double? Usual(int c)
    {
        if (!usual.TryGetValue(c, out double? known))
            usual[c] = known = OfClass(c) is { Length: >= Fewest } own ? ComputeUsual(own) : null;
        return known;
    }

    // The distance at the rank that 99 % leave. Most images soon meet a neighbour that is closer than this rank's distance so far, and need not be
    // compared further (Bay and Schwabacher, "Mining distance-based outliers in near linear time", 2003).
    private double ComputeUsual(int[] own)
    {
        int count = Math.Min(Compared, own.Length);
        long[] farthest = new long[count - (int)Math.Ceiling(UsualShare * count) + 1]; // ascending
        for (int i = 0; i < count; i++)
        {
            int n = own[(int)((long)i * own.Length / count)];
            long nearest = Nearest(images.Pixels(n), own, except: n, enough: farthest[0]);
            if (nearest > farthest[0])
            {
                farthest[0] = nearest;
                Array.Sort(farthest);
            }
        }

        return Root(farthest[0]);
    }

    // The squared distance to the nearest of some images; the search ends at one that is not farther than enough.
    private long Nearest(ReadOnlySpan<byte> image, int[] others, int except = -1, long enough = 0)
    {
        long nearest = long.MaxValue;
        for (int i = 0; i < others.Length && nearest > enough; i++)
        {
            if (others[i] != except)
                nearest = Math.Min(nearest, SquaredDistance(image, images.Pixels(others[i]), limit: nearest));
        }

        return nearest;
    }

    // Exact, in squared steps of a byte; the sum ends after the row in which it reaches the limit.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // called a hundred thousand times, and then no more
    private long SquaredDistance(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, long limit)
    {
        long sum = 0;
        for (int start = 0; start < a.Length && sum < limit; start += images.Columns)
        {
            for (int i = start; i < start + images.Columns; i++)
                sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return sum;
    }

    private static double Root(long squared) => Math.Sqrt(squared) / byte.MaxValue;

    private int[] OfClass(int c)
    {
        if (!numbers.TryGetValue(c, out int[]? own))
            numbers[c] = own = [.. Enumerable.Range(0, images.Count).Where(n => images.Labels[n] == c)];
        return own;
    }
}
