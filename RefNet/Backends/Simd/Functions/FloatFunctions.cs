using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace RefNet.Backends.Simd;

/// <summary>A function of 16 floats at once, computed lane by lane.</summary>
internal interface IFloatFunction
{
    static abstract Vector512<float> Invoke(Vector512<float> x);
}

/// <summary>
/// Elementary functions in float. The stated errors are the largest over all 2^32 floats, in units in the last place
/// of the result.
/// </summary>
/// <remarks>
/// They consist of operations that every processor with fused multiply-add rounds the same way. Where registers are
/// shorter, a Vector512 is computed in parts, with the same bits. Without fused multiply-add, which processors have
/// had since 2013, bits differ and tanh is within 4.8 ulp.
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

        // The remainder is computed the same way in a copy, so that its bits do not depend on its position.
        Span<float> last = stackalloc float[Vector512<float>.Count];
        x[whole..].CopyTo(last);
        TFunction.Invoke(Vector512.Create<float>(last)).CopyTo(last);
        last[..(x.Length - whole)].CopyTo(y[whole..]);
    }

    /// <summary>tanh x as a quotient of polynomials; within 4 ulp.</summary>
    /// <remarks>
    /// With z = x², P = x M(z) and Q = E(z), P / Q is tanh(x/2), and tanh x = 2 P Q / (Q² + P²): the step from x/2 to
    /// x divides relative errors of P and Q by cosh x, so that their rounding does not accumulate where they are
    /// large. From 9.02 on the nearest float is 1, which is also the result for 9.025. M begins with 1 and E with 2,
    /// so that tiny x are returned unchanged. The other coefficients minimise the largest relative error of tanh
    /// (8e-9 before rounding): least squares on 2000 Chebyshev points, made linear by the last denominator, with
    /// weights repeatedly raised where the error was large (Lawson's method).
    /// </remarks>
    public readonly struct Tanh : IFloatFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Invoke(Vector512<float> x)
        {
            // The constants come first: the processor's minimum is the second operand where one is NaN.
            x = Vector512.MaxNative(Vector512.Create(-9.025f), Vector512.MinNative(Vector512.Create(9.025f), x));
            Vector512<float> z = x * x;

            Vector512<float> m = MultiplyAdd(Vector512.Create(1.14270326e-4f), z, 0.0297745708f) * z; // without its 1
            Vector512<float> p = MultiplyAdd(x, m, x);
            Vector512<float> q = MultiplyAdd(Vector512.Create(2.45868796e-6f), z, 2.41325865e-3f);
            q = MultiplyAdd(q, z, 0.226215735f);
            q = MultiplyAdd(q, z, 2f);
            Vector512<float> y = (p + p) * q / MultiplyAdd(q, q, p * p);

            // Without fused multiply-add a result next to 1 may be rounded above it.
            return Fma.IsSupported || AdvSimd.IsSupported ? y : Vector512.MaxNative(-Vector512<float>.One, Vector512.MinNative(Vector512<float>.One, y));
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

    // exp x = 2ⁿ exp r, where n is the integer nearest to x / ln 2; returns exp r. ln 2 is subtracted in two parts,
    // the first so short that n times it is exact. exp r is 1 + r + r² P(r), P of degree 4, fitted like tanh over |r|
    // up to ln 2 / 2; relative error 3e-9 before rounding.
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

    // 2ⁿ for n from -126 to 127: n goes into the exponent bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, float c) => MultiplyAdd(a, b, Vector512.Create(c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.MultiplyAddEstimate(a, b, c);
}
