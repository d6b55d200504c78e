using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// Occlusion: a uniform square covers one position of the image after another; the result is the probability of the true class, and the most probable
/// class, for each position of its centre. The network relies on regions where the probability falls. Zeiler and Fergus 2014, section 4.2 and figure 6; LECTURES V3.
/// </summary>
/// <param name="Probability">p of the class with the square at each position, R x Q.</param>
/// <param name="MostProbable">The most probable class with the square at each position, R x Q, row by row.</param>
public sealed record Occlusion<T>(Tensor<T> Probability, IReadOnlyList<int> MostProbable) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BatchSize = 32;

    /// <summary>Computes the maps of one image.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">One image, H x W.</param>
    /// <param name="c">The true class, from 0.</param>
    /// <param name="size">The side of the square, in pixels.</param>
    /// <param name="stride">The distance from one position to the next, in pixels: R = ⌈H/stride⌉, Q = ⌈W/stride⌉. At the border the square is clipped.</param>
    /// <param name="value">The value of the square; the mean of each channel of x if null.</param>
    public static Occlusion<T> Of(ClassScores<T> scores, Tensor<T> x, int c, int size, int stride = 1, T? value = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        int rows = (x.Shape[2] + stride - 1) / stride, columns = (x.Shape[3] + stride - 1) / stride;
        T[] colour = [.. Enumerable.Range(0, x.Shape[1]).Select(channel => value ?? Mean(x.Plane(0, channel)))];
        Tensor<T> probability = new(new Shape(rows, columns));
        int[] most = new int[rows * columns];
        for (int start = 0; start < most.Length; start += BatchSize)
        {
            int[] places = [.. Enumerable.Range(start, Math.Min(BatchSize, most.Length - start))];
            Tensor<T> covered = new(x.Shape.Sample.Batch(places.Length));
            foreach ((int n, int place) in places.Index())
            {
                x.Values.CopyTo(covered.SampleSpan(n));
                Cover(covered, n, place / columns * stride + stride / 2 - size / 2, place % columns * stride + stride / 2 - size / 2, size, colour);
            }

            Tensor<T> p = scores.Probabilities(covered);
            foreach ((int n, int place) in places.Index())
                (probability.Span[place], most[place]) = (p[n, c], ClassScores<T>.LargestOf(p.Sample(n)));
        }

        return new Occlusion<T>(probability, most);
    }

    private static void Cover(Tensor<T> x, int n, int top, int left, int size, T[] colour)
    {
        for (int channel = 0; channel < x.Shape[1]; channel++)
        {
            for (int i = Math.Max(0, top); i < Math.Min(top + size, x.Shape[2]); i++)
            {
                for (int j = Math.Max(0, left); j < Math.Min(left + size, x.Shape[3]); j++)
                    x[n, channel, i, j] = colour[channel];
            }
        }
    }

    private static T Mean(ReadOnlySpan<T> values)
    {
        T sum = T.Zero;
        foreach (T value in values)
            sum += value;
        return sum / T.CreateChecked(values.Length);
    }
}
