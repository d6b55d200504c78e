using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// x + a w with w = dS_c/dx: the score of a linear classifier rises by a |w|², though each pixel changes little. Karpathy 2015, "Breaking Linear
/// Classifiers on ImageNet"; LECTURES V9, Y23.
/// </summary>
public static class GradientStep
{
    /// <summary>Takes one step.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">N images.</param>
    /// <param name="c">The class whose score rises, from 0.</param>
    /// <param name="a">The step size.</param>
    /// <returns>In the shape of x.</returns>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, int c, double a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> stepped = scores.Gradient(x, c);
        for (int i = 0; i < x.Count; i++)
            stepped.Span[i] = x.Values[i] + T.CreateChecked(a) * stepped.Values[i];
        return stepped;
    }
}
