using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RefNet.LinearAlgebra;

/// <summary>A function of 16 floats at once, computed lane by lane.</summary>
internal interface IFloatFunction
{
    static abstract Vector512<float> Invoke(Vector512<float> x);
}

/// <summary>
/// Elementary functions in float. The errors that they state are the largest over all 2^32 floats, in units in the last
/// place of the result.
/// </summary>
/// <remarks>
/// They are built of operations that every processor rounds in the same way. Where registers are shorter, a Vector512 is
/// computed in pieces, to the same bits.
/// </remarks>
internal static class FloatFunctions
{
    /// <summary>y = function of x, for each element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TFunction>(ReadOnlySpan<float> x, Span<float> y) where TFunction : IFloatFunction
    {
        if (y.Length < x.Length)
            throw new ArgumentException($"A function of {x.Length} elements needs room for as many results, found {y.Length}.");

        ref float source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(y);
        int whole = x.Length & -Vector512<float>.Count;
        for (nint i = 0; i < whole; i += Vector512<float>.Count)
            TFunction.Invoke(Vector512.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        if (whole == x.Length)
            return;

        // What is left over takes the same way through a copy, so that its bits are the same as anywhere else.
        Span<float> last = stackalloc float[Vector512<float>.Count];
        x[whole..].CopyTo(last);
        TFunction.Invoke(Vector512.Create<float>(last)).CopyTo(last);
        last[..(x.Length - whole)].CopyTo(y[whole..]);
    }

    /// <summary>tanh x as a quotient of polynomials; within 3.4 ulp.</summary>
    /// <remarks>
    /// Up to 1.5 it is x N(x²) / D(x²). Beyond, rounding errors in N and D would add up; there P / 2Q with P = x M(x²) and
    /// Q = E(x²) is tanh(x/2), and tanh x = P Q / (Q² + P²/4): the step from x/2 to x divides relative errors by cosh x.
    /// Beyond 9.02 the nearest float is 1. All four polynomials begin with 1, so that tiny x stay as they are. The other
    /// coefficients minimise the largest relative error of tanh (7e-9 and 8e-9 before rounding): least squares on 4000
    /// Chebyshev points, made linear by the last denominator, with weights raised again and again where the error was
    /// large (Lawson's method).
    /// </remarks>
    public readonly struct Tanh : IFloatFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Invoke(Vector512<float> x)
        {
            Vector512<float> z = x * x;

            Vector512<float> n = MultiplyAdd(Vector512.Create(1.00408273e-3f), z, 0.110257089f);
            n = MultiplyAdd(n, z, 1f) * x;
            Vector512<float> d = MultiplyAdd(Vector512.Create(0.0155348266f), z, 0.443590313f);
            d = MultiplyAdd(d, z, 1f);

            Vector512<float> p = MultiplyAdd(Vector512.Create(1.14270311e-4f), z, 0.0297745708f);
            p = MultiplyAdd(p, z, 1f) * x;
            Vector512<float> q = MultiplyAdd(Vector512.Create(1.22934375e-6f), z, 1.20662933e-3f);
            q = MultiplyAdd(q, z, 0.113107868f);
            q = MultiplyAdd(q, z, 1f);

            Vector512<float> size = Vector512.Abs(x), isNear = Vector512.LessThan(size, Vector512.Create(1.5f));
            Vector512<float> numerator = Vector512.ConditionalSelect(isNear, n, p * q);
            Vector512<float> denominator = Vector512.ConditionalSelect(isNear, d, MultiplyAdd(p * Vector512.Create(0.25f), p, q * q));
            Vector512<float> isFar = Vector512.GreaterThan(size, Vector512.Create(9.02f));
            return Vector512.ConditionalSelect(isFar, Vector512.CopySign(Vector512<float>.One, x), numerator / denominator);
        }
    }

    /// <summary>exp x; within 0.9 ulp.</summary>
    public readonly struct Exp : IFloatFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Invoke(Vector512<float> x)
        {
            // 2ⁿ in two factors, because n may be below the least exponent (the result is then subnormal) or 128.
            Vector512<float> p = ReducedExp(x, out Vector512<int> n);
            Vector512<int> half = n >> 1;
            Vector512<float> y = p * PowerOfTwo(half) * PowerOfTwo(n - half);

            y = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(89f)), Vector512.Create(float.PositiveInfinity), y);
            return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-104f)), Vector512<float>.Zero, y);
        }
    }

    /// <summary>1 / (1 + exp(-x)), and for negative x exp x / (1 + exp x): neither exponential overflows; within 2.5 ulp.</summary>
    public readonly struct Sigmoid : IFloatFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Invoke(Vector512<float> x)
        {
            Vector512<float> one = Vector512<float>.One, e = Exp.Invoke(-Vector512.Abs(x));
            return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), e, one) / (one + e);
        }
    }

    // exp x = 2ⁿ exp r, where n is the whole number nearest to x / ln 2; gives exp r. ln 2 is subtracted in two parts, the
    // first so short that n times it is exact. exp r is 1 + r + r² P(r), P of degree 4, fitted
    // like tanh over |r| up to ln 2 / 2; relative error 3e-9 before rounding.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ReducedExp(Vector512<float> x, out Vector512<int> n)
    {
        Vector512<float> whole = Vector512.Round(x * Vector512.Create(1.44269504f));
        Vector512<float> r = MultiplyAdd(whole, Vector512.Create(-0.693145752f), x);
        r = MultiplyAdd(whole, Vector512.Create(-1.42860682e-6f), r);
        n = Vector512.ConvertToInt32Native(whole);

        Vector512<float> p = Vector512.Create(1.38145395e-3f);
        p = MultiplyAdd(p, r, 8.36874545e-3f);
        p = MultiplyAdd(p, r, 0.041668389f);
        p = MultiplyAdd(p, r, 0.166665211f);
        p = MultiplyAdd(p, r, 0.49999994f);
        p = MultiplyAdd(p, r, 1f);
        return MultiplyAdd(p, r, 1f);
    }

    // 2ⁿ for n from -126 to 127: n is put into the exponent.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, float c) => MultiplyAdd(a, b, Vector512.Create(c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.MultiplyAddEstimate(a, b, c);
}
