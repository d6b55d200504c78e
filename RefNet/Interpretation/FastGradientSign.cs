using System.Numerics;
using RefNet.Data;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// The fast gradient sign method: x' = x + ε sign(dL/dx), where L = -log p_c is the loss of the true class: each pixel moves by ε in the direction that
/// increases the loss. Goodfellow et al. 2015, section 4. Towards a chosen class x' = x - ε sign(dL/dx) with the loss of that class; iterated, it
/// takes m steps of ε/m: Kurakin et al. 2017, section 2; LECTURES V9.
/// </summary>
public static class FastGradientSign
{
    /// <summary>Perturbs images.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">N images.</param>
    /// <param name="classes">N classes: the true ones, or the target classes.</param>
    /// <param name="epsilon">ε, in the unit of the input, 0 or more.</param>
    /// <param name="low">The smallest value of a pixel.</param>
    /// <param name="high">The largest value of a pixel.</param>
    /// <param name="targeted">Whether the classes are target classes.</param>
    /// <param name="steps">m, 1 or more.</param>
    /// <returns>In the shape of x, owned by the caller.</returns>
    public static Tensor<T> Of<T>(
        ClassScores<T> scores, Tensor<T> x, ReadOnlySpan<int> classes, double epsilon, double low, double high, bool targeted = false, int steps = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        (T least, T most) = (T.CreateChecked(low), T.CreateChecked(high));
        T move = T.CreateChecked((targeted ? 1 : -1) * epsilon / steps);
        Tensor<T> disturbed = x.Clone();
        for (int step = 0; step < steps; step++)
        {
            Tensor<T> g = LogProbabilityDirection(scores, disturbed, classes); // that of -dL/dx
            for (int i = 0; i < x.Count; i++)
                disturbed.Span[i] = T.Clamp(disturbed.Values[i] + move * T.CreateChecked(T.Sign(g.Values[i])), least, most);
        }

        return disturbed;
    }

    /// <summary>Perturbs images in one step by a fraction of the range of their pixels, which may differ between channels.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">N images.</param>
    /// <param name="classes">Their N true classes.</param>
    /// <param name="share">ε as a fraction of the range of a pixel, 0 or more.</param>
    /// <param name="scaling">The scaling from bytes to x.</param>
    /// <returns>In the shape of x, owned by the caller.</returns>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, ReadOnlySpan<int> classes, double share, PixelScaling scaling) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        Tensor<T> disturbed = x.Clone(), g = LogProbabilityDirection(scores, x, classes); // that of -dL/dx
        int plane = x.Count / (x.Shape[0] * x.Shape[1]);
        for (int i = 0; i < x.Count; i++)
        {
            PixelRange range = scaling.RangeOf(i / plane % x.Shape[1]);
            T move = T.CreateChecked(-share * (range.High - range.Low));
            disturbed.Span[i] = T.Clamp(x.Values[i] + move * T.CreateChecked(T.Sign(g.Values[i])), T.CreateChecked(range.Low), T.CreateChecked(range.High));
        }

        return disturbed;
    }

    /// <summary>
    /// The direction of d(log p_c)/dx of each sample. At the scores it is t - p, that is (1 - p_c) (t - q) with q_k the probabilities among the other classes: t - q is carried back,
    /// so that the direction is known even where p_c is so close to 1 that t - p rounds to zero.
    /// </summary>
    internal static Tensor<T> LogProbabilityDirection<T>(ClassScores<T> scores, Tensor<T> x, ReadOnlySpan<int> classes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> s = scores.Of(x), q = new(s.Shape);
        for (int n = 0; n < x.Shape[0]; n++)
            s[n, classes[n]] = T.NegativeInfinity;
        scores.Network.Backend.Softmax(s, q);
        Tensor<T> dS = q.Clone();
        for (int n = 0; n < x.Shape[0]; n++)
        {
            foreach (ref T share in dS.SampleSpan(n))
                share = -share;
            dS[n, classes[n]] = T.One;
        }

        return scores.Backward(dS);
    }
}
