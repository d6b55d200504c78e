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

    private readonly Dictionary<int, float[][]> pixels = [];
    private readonly Dictionary<int, double?> usual = [];

    /// <summary>Whether images of this size can be compared.</summary>
    public bool Fits(int rows, int columns) => (images.Channels, images.Rows, images.Columns) == (1, rows, columns);

    /// <summary>The distance to the nearest training image of a class; infinite if it has none.</summary>
    /// <param name="image">A grey image of the size of the training images.</param>
    /// <param name="c">The class.</param>
    public double Distance(GreyImage image, int c) => Nearest(ToNumbers(image.Pixels), OfClass(c), except: -1);

    /// <summary>
    /// The distance above which an image is unusual: 99 % of the training images of a class are closer to their nearest neighbour. Null for a
    /// class of fewer than 100 images.
    /// </summary>
    public double? Usual(int c)
    {
        if (usual.TryGetValue(c, out double? known))
            return known;
        float[][] own = OfClass(c);
        int count = Math.Min(Compared, own.Length);
        double[] distances = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * own.Length / count)).AsParallel().Select(n => Nearest(own[n], own, except: n)).Order()];
        return usual[c] = own.Length < Fewest ? null : distances[(int)Math.Ceiling(UsualShare * count) - 1];
    }

    private static double Nearest(float[] image, float[][] others, int except)
    {
        double nearest = double.PositiveInfinity;
        for (int n = 0; n < others.Length; n++)
        {
            if (n != except)
                nearest = Math.Min(nearest, TensorPrimitives.Distance<float>(image, others[n]));
        }

        return nearest;
    }

    private static float[] ToNumbers(ReadOnlySpan<byte> pixels)
    {
        float[] numbers = new float[pixels.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = pixels[i] / 255f;
        return numbers;
    }

    private float[][] OfClass(int c)
    {
        if (!pixels.TryGetValue(c, out float[][]? own))
            pixels[c] = own = [.. Enumerable.Range(0, images.Count).Where(n => images.Labels[n] == c).Select(n => ToNumbers(images.Pixels(n)))];
        return own;
    }
}
