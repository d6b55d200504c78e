using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// Integrated gradients: A_i = (x_i - x'_i) times the integral over t from 0 to 1 of dS_c/dx_i at x' + t (x - x'), on the straight line from a baseline
/// x' to x. Completeness: sum_i A_i = S_c(x) - S_c(x'). Sundararajan et al. 2017, equation 1 and proposition 1; LECTURES V8.
/// </summary>
/// <remarks>The integral is the mean over the midpoints of m equal steps: t = (k + 1/2) / m.</remarks>
public static class IntegratedGradients
{
    /// <summary>Computes the attributions.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">N images.</param>
    /// <param name="c">The class, from 0.</param>
    /// <param name="baseline">x', in the shape of x: an empty image; zeros if null.</param>
    /// <param name="steps">m, 1 or more; the paper uses 20 to 300.</param>
    /// <returns>In the shape of x.</returns>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, int c, Tensor<T>? baseline = null, int steps = 100)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Tensor<T> from = baseline ?? new(x.Shape), on = new(x.Shape), sum = new(x.Shape);
        for (int k = 0; k < steps; k++)
        {
            T t = T.CreateChecked((k + 0.5) / steps);
            for (int i = 0; i < x.Count; i++)
                on.Span[i] = from.Values[i] + t * (x.Values[i] - from.Values[i]);
            ReadOnlySpan<T> gradient = scores.Gradient(on, c).Values;
            for (int i = 0; i < x.Count; i++)
                sum.Span[i] += gradient[i];
        }

        for (int i = 0; i < x.Count; i++)
            sum.Span[i] *= (x.Values[i] - from.Values[i]) / T.CreateChecked(steps);
        return sum;
    }
}
