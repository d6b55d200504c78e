using System.Numerics;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// SmoothGrad: the mean of dS_c/dx over n noisy copies of the image, (1/n) sum_i dS_c/dx at x + N(0, σ²). The gradient fluctuates from pixel to
/// pixel; the mean keeps what is common to the neighbourhood of x. Smilkov et al. 2017, section 3; LECTURES V8.
/// </summary>
public static class SmoothGrad
{
    /// <summary>Computes the mean of the gradients.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">N images.</param>
    /// <param name="c">The class, from 0.</param>
    /// <param name="copies">n, 1 or more.</param>
    /// <param name="noise">σ as a fraction of the range of x, max - min; the paper uses 0.1 to 0.2.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <returns>In the shape of x.</returns>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, int c, int copies = 50, double noise = 0.15, int seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(copies, 1);
        (T least, T most) = Range(x.Values);
        double sigma = noise * double.CreateChecked(most - least);
        Tensor<T> mean = new(x.Shape), noisy = new(x.Shape);
        for (int copy = 0; copy < copies; copy++)
        {
            Random random = Seeds.Create(seed, copy);
            for (int i = 0; i < x.Count; i++)
                noisy.Span[i] = x.Values[i] + T.CreateChecked(sigma * MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1));
            ReadOnlySpan<T> gradient = scores.Gradient(noisy, c).Values;
            for (int i = 0; i < x.Count; i++)
                mean.Span[i] += gradient[i] / T.CreateChecked(copies);
        }

        return mean;
    }

    private static (T Least, T Most) Range<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T least, T most) = (values[0], values[0]);
        foreach (T value in values)
            (least, most) = (T.Min(least, value), T.Max(most, value));
        return (least, most);
    }
}
