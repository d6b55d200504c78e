using System.Numerics;
using System.Runtime.CompilerServices;
using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Tensors;

namespace RefNet.Tests.Backends;

/// <summary>The loops over one channel against sums in double, for planes shorter and longer than the registers.</summary>
[TestFixture(typeof(float), 1e-6), TestFixture(typeof(double), 1e-14)]
public sealed class ChannelTests<T>(double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Channels = 3;

    [Test]
    public void SumsAndLinesAreThoseOfTheirDefinition([Values(1, 5, 16, 37, 64, 100)] int positions, [Range(0, Channels - 1)] int c)
    {
        Tensor<T> x = RandomTensor(positions, 1), dY = RandomTensor(positions, 2), y = RandomTensor(positions, 3), dX = RandomTensor(positions, 4);
        double[] xs = Values(x, c), dys = Values(dY, c);
        T mean = T.CreateChecked(0.25), a = T.CreateChecked(1.5), b = T.CreateChecked(-0.75), d = T.CreateChecked(0.5);
        AssertClose(Channel.Sum(x, c), xs.Sum(), "sum");
        AssertClose(Channel.SumOfDifferences(x, c, mean), xs.Sum(v => v - 0.25), "sum of x - mean");
        AssertClose(Channel.SumOfSquares(x, c, mean), xs.Sum(v => (v - 0.25) * (v - 0.25)), "squares");
        (T sum, T product) = Channel.Sums(dY, x, c, mean);
        AssertClose(sum, dys.Sum(), "sum of dy");
        AssertClose(product, dys.Zip(xs, (dy, v) => dy * (v - 0.25)).Sum(), "products");

        Tensor<T> yBefore = y.Clone(), dXBefore = dX.Clone();
        Channel.Line(x, c, mean, a, b, y);
        Channel.Combine(dY, x, c, mean, a, b, d, dX);
        for (int i = 0; i < xs.Length; i++)
        {
            AssertClose(T.CreateChecked(Values(y, c)[i]), 1.5 * (xs[i] - 0.25) - 0.75, $"line at {i}");
            AssertClose(T.CreateChecked(Values(dX, c)[i]), 1.5 * dys[i] - 0.75 * (xs[i] - 0.25) + 0.5, $"combination at {i}");
        }

        foreach (int other in Enumerable.Range(0, Channels).Where(other => other != c))
        {
            Assert.That(Values(y, other), Is.EqualTo(Values(yBefore, other)), "another channel");
            Assert.That(Values(dX, other), Is.EqualTo(Values(dXBefore, other)), "another channel");
        }
    }

    // More than the 32 MiB that a result may have to stay in the cache.
    [Test]
    public void ResultsThatNoCacheHoldsAreThoseOfTheDefinition()
    {
        int positions = (1 << 25) / Unsafe.SizeOf<T>() / (5 * Channels) / 64 * 64 + 64;
        Tensor<T> x = RandomTensor(positions, 1), dY = RandomTensor(positions, 2), y = RandomTensor(positions, 3), dX = RandomTensor(positions, 4);
        Tensor<T> yBefore = y.Clone();
        T mean = T.CreateChecked(0.25), a = T.CreateChecked(1.5), b = T.CreateChecked(-0.75), d = T.CreateChecked(0.5);
        Channel.Line(x, 1, mean, a, b, y);
        Channel.Combine(dY, x, 1, mean, a, b, d, dX);
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int i = 0; i < positions; i++)
            {
                double xMinusMean = double.CreateChecked(x.Plane(n, 1)[i]) - 0.25, dy = double.CreateChecked(dY.Plane(n, 1)[i]);
                if (!IsClose(y.Plane(n, 1)[i], 1.5 * xMinusMean - 0.75) || !IsClose(dX.Plane(n, 1)[i], 1.5 * dy - 0.75 * xMinusMean + 0.5))
                    Assert.Fail($"sample {n}, position {i}: {y.Plane(n, 1)[i]} and {dX.Plane(n, 1)[i]} for x - mean = {xMinusMean} and dy = {dy}");
            }

            Assert.That(y.Plane(n, 0).SequenceEqual(yBefore.Plane(n, 0)) && y.Plane(n, 2).SequenceEqual(yBefore.Plane(n, 2)), "another channel");
        }
    }

    private bool IsClose(T actual, double expected) => Math.Abs(double.CreateChecked(actual) - expected) <= tolerance;

    // Sums of up to 500 numbers below 1.
    private void AssertClose(T actual, double expected, string what) =>
        Assert.That(double.CreateChecked(actual), Is.EqualTo(expected).Within(tolerance * 500), what);

    private static double[] Values(Tensor<T> tensor, int c) =>
        [.. Enumerable.Range(0, tensor.Shape[0]).SelectMany(n => tensor.Plane(n, c).ToArray()).Select(double.CreateChecked)];

    // A plane of one position is a vector sample.
    private static Tensor<T> RandomTensor(int positions, int seed) =>
        RandomNumbers.Tensor<T>(positions == 1 ? new Shape(5, Channels) : new Shape(5, Channels, positions, 1), seed);
}
