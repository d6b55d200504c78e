using System.Numerics;

namespace RefNet.Losses;

/// <summary>The logarithm of a sum of exponentials, for logits of any size, with the share of each term.</summary>
internal static class LogSumExp
{
    /// <summary>
    /// Returns log Z, with Z = exp(rest) + sum_c exp(a_c), and writes p_c = exp(a_c)/Z; p may be a itself.
    /// </summary>
    /// <remarks>
    /// With m the largest of all exponents, log Z = m + log(exp(rest - m) + sum_c exp(a_c - m)): no exponent is above 0 and
    /// one of them is 0, so the sum is at least 1 and at most the number of its terms.
    /// </remarks>
    /// <param name="a">The exponents.</param>
    /// <param name="rest">The exponent of one more term, or minus infinity for none.</param>
    /// <param name="p">The shares, as many as a has elements.</param>
    public static T Compute<T>(ReadOnlySpan<T> a, T rest, Span<T> p) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T m = rest;
        foreach (T exponent in a)
            m = T.Max(m, exponent);

        T sum = T.Exp(rest - m);
        for (int c = 0; c < a.Length; c++)
            sum += p[c] = T.Exp(a[c] - m);
        for (int c = 0; c < p.Length; c++)
            p[c] /= sum;
        return m + T.Log(sum);
    }
}
