using System.Numerics;

namespace RefNet.Backends.Simd;

/// <summary>The logarithm of a sum of exponentials, for logits of any size, and the softmax of each.</summary>
internal static class LogSumExp
{
    /// <summary>
    /// Returns log Z, with Z = exp(rest) + sum_c exp(a_c), and writes p_c = exp(a_c)/Z; p may be a itself.
    /// </summary>
    /// <remarks>
    /// With m the largest of all exponents, log Z = m + log(exp(rest - m) + sum_c exp(a_c - m)): no exponent is above 0 and
    /// one of them is 0, so that the sum is at least 1 and at most the number of its terms.
    /// </remarks>
    /// <param name="a">The exponents.</param>
    /// <param name="rest">The exponent of one more term, or minus infinity for none.</param>
    /// <param name="p">The length of a.</param>
    public static T Compute<T>(ReadOnlySpan<T> a, T rest, Span<T> p) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T m = T.Max(rest, TensorPrimitives.Max(a));
        TensorPrimitives.Subtract(a, m, p);
        VectorMath.Exp(p, p);
        T sum = T.Exp(rest - m) + TensorPrimitives.Sum<T>(p);
        TensorPrimitives.Divide(p, sum, p);
        return m + T.Log(sum);
    }
}
