using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Randomness;

namespace RefNet.Tests.Backends;

[TestFixture]
public sealed class VectorMathTests
{
    public delegate void VectorFunction<T>(ReadOnlySpan<T> x, Span<T> y);

    // Every 1021st bit pattern: all exponents and signs, infinities and NaN among them.
    private const uint Step = 1021;

    private static readonly float[] sample = [.. Enumerable.Range(0, (int)((1L << 32) / Step)).Select(i => BitConverter.UInt32BitsToSingle((uint)i * Step))];

    private static bool MultipliesAndAddsInOneRounding => Fma.IsSupported || AdvSimd.IsSupported;

    public static IEnumerable<TestCaseData> Functions =>
    [
        Case("tanh", VectorMath.Tanh, VectorMath.Tanh, Math.Tanh, 4),
        Case("sigmoid", VectorMath.Sigmoid, VectorMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), 2.5),
        Case("exp", VectorMath.Exp, VectorMath.Exp, Math.Exp, 0.9),
    ];

    // The bounds are what the functions state of themselves, rounded up; they were checked over all 2^32 floats.
    [TestCaseSource(nameof(Functions))]
    public void FloatIsWithinItsBound(VectorFunction<float> function, VectorFunction<double> _, Func<double, double> exact, double ulps)
    {
        if (!MultipliesAndAddsInOneRounding)
            ulps += 1; // each product in Horner's rule is then rounded too; the last ones weigh half an ulp each
        float[] y = new float[sample.Length];
        function(sample, y);
        for (int i = 0; i < y.Length; i++)
        {
            double expected = exact(sample[i]);
            if (double.IsNaN(expected) ? !float.IsNaN(y[i]) : !(Error(y[i], expected) <= ulps))
                Assert.Fail($"f({sample[i]:R}) = {y[i]:R}, expected {expected:R}: {Error(y[i], expected)} ulp");
        }
    }

    [TestCaseSource(nameof(Functions))]
    public void DoubleIsThatOfTheLibrary(VectorFunction<float> _, VectorFunction<double> function, Func<double, double> exact, double ulps)
    {
        double[] x = [-800, -30, -1, -1e-10, -0.0, 0, 1e-300, 0.5, 1, 30, 800, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        double[] y = new double[x.Length];
        function(x, y);
        Assert.That(y, Is.EqualTo(x.Select(exact)));
    }

    [TestCaseSource(nameof(Functions))]
    public void BitsDoNotDependOnPlaceOrCut(VectorFunction<float> function, VectorFunction<double> _, Func<double, double> exact, double ulps)
    {
        Random random = Seeds.Create(1);
        float[] x = [.. Enumerable.Range(0, 100).Select(_ => 20 * random.NextSingle() - 10)];
        float[] whole = new float[x.Length];
        function(x, whole);
        for (int start = 0; start < 40; start++)
        {
            for (int length = 0; start + length <= 60; length++)
            {
                float[] part = new float[length];
                function(x.AsSpan(start, length), part);
                Assert.That(part, Is.EqualTo(whole.AsSpan(start, length).ToArray()), $"{length} elements from {start} on");
            }
        }
    }

    [TestCaseSource(nameof(Functions))]
    public void ResultMayReplaceArgument(VectorFunction<float> function, VectorFunction<double> _, Func<double, double> exact, double ulps)
    {
        float[] x = [.. Enumerable.Range(0, 37).Select(i => 0.3f * i - 5)];
        float[] y = new float[x.Length];
        function(x, y);
        function(x, x);
        Assert.That(x, Is.EqualTo(y));
    }

    [TestCase(0f, 0f)]
    [TestCase(1e-6f, 1e-6f)]
    [TestCase(1e-38f, 1e-38f)]
    [TestCase(float.Epsilon, float.Epsilon)]
    [TestCase(20f, 1f)]
    [TestCase(1e30f, 1f)]
    [TestCase(float.PositiveInfinity, 1f)]
    public void TanhIsExactAtTheEndsAndOdd(float x, float expected)
    {
        float[] y = new float[2];
        VectorMath.Tanh<float>([x, -x], y);
        Assert.That(y.Select(BitConverter.SingleToInt32Bits), Is.EqualTo(new[] { expected, -expected }.Select(BitConverter.SingleToInt32Bits)));
    }

    [Test]
    public void TanhStaysBetweenMinusOneAndOne()
    {
        RequireOneRounding();
        float[] x = [.. Enumerable.Range(0, 1 << 20).Select(i => 5 + i * (6f / (1 << 20)))];
        VectorMath.Tanh<float>(x, x);
        Assert.That(x.Max(), Is.EqualTo(1f));
    }

    [Test]
    public void SigmoidAndExpAreExactAtTheEnds()
    {
        float[] x = [0, -0f, float.NegativeInfinity, float.PositiveInfinity, -200, 200], sigmoid = new float[6], exp = new float[6];
        VectorMath.Sigmoid<float>(x, sigmoid);
        VectorMath.Exp<float>(x, exp);
        Assert.That(sigmoid, Is.EqualTo(new float[] { 0.5f, 0.5f, 0, 1, 0, 1 }));
        Assert.That(exp, Is.EqualTo(new float[] { 1, 1, 0, float.PositiveInfinity, 0, float.PositiveInfinity }));
    }

    // The same numbers come out in registers of 512, of 256 and of 128 bits: run with DOTNET_EnableAVX512=0 to see it.
    [TestCase("tanh", 8287798319849460155UL)]
    [TestCase("sigmoid", 3565854711879367255UL)]
    [TestCase("exp", 10347537661115526991UL)]
    public void GivesTheSameBitsOnEveryProcessor(string name, ulong expected)
    {
        RequireOneRounding();
        VectorFunction<float> function = (VectorFunction<float>)Functions.Single(f => f.TestName == name).Arguments[0]!;
        float[] y = new float[sample.Length];
        function(sample, y);
        ulong hash = 14695981039346656037; // FNV-1a
        foreach (float value in y)
            hash = (hash ^ (float.IsNaN(value) ? 0x7FC00000u : BitConverter.SingleToUInt32Bits(value))) * 1099511628211;
        Assert.That(hash, Is.EqualTo(expected));
    }

    private static void RequireOneRounding()
    {
        if (!MultipliesAndAddsInOneRounding)
            Assert.Ignore("This processor rounds twice where others multiply and add in one rounding.");
    }

    private static double Error(float actual, double expected)
    {
        if (actual == (float)expected)
            return BitConverter.SingleToInt32Bits(actual) == BitConverter.SingleToInt32Bits((float)expected) ? Ulps(actual, expected) : double.PositiveInfinity;
        return Ulps(actual, expected);
    }

    private static double Ulps(float actual, double expected)
    {
        if (float.IsInfinity(actual) && float.IsInfinity((float)expected))
            return 0;
        float size = Math.Min(Math.Abs((float)expected), float.MaxValue);
        return Math.Abs(actual - expected) / (MathF.BitIncrement(size) < float.PositiveInfinity ? MathF.BitIncrement(size) - size : size - MathF.BitDecrement(size));
    }

    private static TestCaseData Case(string name, VectorFunction<float> single, VectorFunction<double> twice, Func<double, double> exact, double ulps) =>
        new TestCaseData(single, twice, exact, ulps).SetName(name);
}
