using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// Saliency: w = dS_c/dx, the slope of the score of a class with respect to each pixel; the map is its absolute value, maximised over the channels.
/// Simonyan et al. 2014, "Deep Inside Convolutional Networks", section 3; LECTURES V8, X27.
/// </summary>
public static class Saliency
{
    /// <summary>w = dS_c/dx.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">N images.</param>
    /// <param name="c">The class, from 0.</param>
    /// <returns>In the shape of x.</returns>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T> => scores.Gradient(x, c);

    /// <summary>M(i,j) = max_k |w_k(i,j)| over the channels k (section 3.1).</summary>
    /// <param name="w">N x K x H x W.</param>
    /// <returns>N x H x W.</returns>
    public static Tensor<T> Map<T>(Tensor<T> w) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> map = new(new Shape(w.Shape[0], w.Shape[2], w.Shape[3]));
        for (int n = 0; n < w.Shape[0]; n++)
        {
            Span<T> m = map.SampleSpan(n);
            for (int k = 0; k < w.Shape[1]; k++)
            {
                ReadOnlySpan<T> plane = w.Plane(n, k);
                for (int i = 0; i < m.Length; i++)
                    m[i] = T.Max(m[i], T.Abs(plane[i]));
            }
        }

        return map;
    }
}
