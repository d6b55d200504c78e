using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Geometry;
using RefNet.Tensors;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>The definitions of pooling by hand: windows that overlap, hang over and reach into the padding.</summary>
[TestFixture]
public sealed class DefinitionOfPoolingTests
{
    private static readonly ReferenceBackend<double> backend = new();

    private static readonly Tensor<double> x = new(new Shape(1, 1, 3, 4),
    [
        1, 8, 3, 4,
        5, 2, 7, 4,
        9, 6, 0, 4,
    ]);

    private static readonly Tensor<double> dY = new(new Shape(1, 1, 2, 2), [1, 10, 100, 1000]);

    // Rows 0-1 and 1-2, columns 0-2 and 2-3 (one cell hangs over).
    private static readonly PoolingGeometry overlapping = new(new Window(2, 1), new Window(3, 2)) { Rounding = Rounding.Ceiling };

    // One row and one column of padding in front: rows -1-0 and 1-2, columns -1-1 and 2-4, one column of padding behind.
    private static readonly PoolingGeometry padded = new(new Window(2, 2, 1, 0), new Window(3, 3, 1, 1));

    [Test]
    public void L7_MaximaByHand()
    {
        Check(backend.MaxPooling(overlapping), [8, 7, 9, 7], [0, 1, 0, 0, 0, 0, 1010, 0, 100, 0, 0, 0]);
        Check(backend.MaxPooling(padded), [8, 4, 9, 7], [0, 1, 0, 10, 0, 0, 1000, 0, 100, 0, 0, 0]);
    }

    [Test]
    public void L6_SumsByHand()
    {
        Check(backend.SumPooling(overlapping), [26, 18, 29, 15], [1, 1, 11, 10, 101, 101, 1111, 1010, 100, 100, 1100, 1000]);
        Check(backend.SumPooling(padded), [9, 7, 22, 15], [1, 1, 10, 10, 100, 100, 1000, 1000, 100, 100, 1000, 1000]);
    }

    [Test]
    public void L8_MeansByHand()
    {
        // A cell that hangs over counts in no mean, a cell of the padding where it is asked for: 2x3 in each window there.
        Check(backend.AveragePooling(overlapping, countPadding: true), [26 / 6.0, 18 / 4.0, 29 / 6.0, 15 / 4.0], null);
        Check(backend.AveragePooling(padded, countPadding: true), [9 / 6.0, 7 / 6.0, 22 / 6.0, 15 / 6.0], null);
        Check(backend.AveragePooling(padded, countPadding: false), [9 / 2.0, 7 / 2.0, 22 / 4.0, 15 / 4.0],
            [0.5, 0.5, 5, 5, 25, 25, 250, 250, 25, 25, 250, 250]);
    }

    [Test]
    public void L7_TheFirstOfEqualCellsWinsAndNaNWinsOverNumbers()
    {
        Tensor<double> equal = new(new Shape(1, 1, 2, 4), [0, 5, 1, double.NaN, 5, 5, 2, double.PositiveInfinity]), y = new(new Shape(1, 1, 1, 2)), dX = new(equal.Shape);
        IPooling<double> maxima = backend.MaxPooling(PoolingGeometry.Square(2));
        maxima.Forward(equal, y);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new[] { 5, double.NaN }));
        maxima.Backward(equal, y, new Tensor<double>(y.Shape, [1, 2]), dX);
        Assert.That(dX.Values.ToArray(), Is.EqualTo(new double[] { 0, 1, 0, 2, 0, 0, 0, 0 }));
    }

    // <dY, sums(x)> = <spread(dY), x>, and the same for the means.
    [Test]
    public void L8_TheGradientOfSumsAndMeansIsTheAdjoint() => Properties.ForAll(BackendTests<double>.Pooling.Generator, pooling => pooling.Shrink(), pooling =>
    {
        PoolingGeometry geometry = pooling.Geometry;
        foreach (IPooling<double> linear in new[] { backend.SumPooling(geometry), backend.AveragePooling(geometry, true), backend.AveragePooling(geometry, false) })
        {
            Call<double> call = new(pooling.Seed);
            Tensor<double> input = call.Operand("x", pooling.X), gradient = call.Operand("dY", pooling.Y), y = new(pooling.Y), dX = new(pooling.X);
            linear.Forward(input, y);
            linear.Backward(input, y, gradient, dX);
            Assert.That(Dot(dX, input), Is.EqualTo(Dot(gradient, y)).Within(1e-12 * y.Count), "<spread(dY), x> = <dY, sums(x)>");
        }
    });

    private static void Check(IPooling<double> pooling, double[] expected, double[]? expectedGradient)
    {
        Tensor<double> y = new(dY.Shape), dX = new(x.Shape);
        pooling.Forward(x, y);
        Assert.That(y.Values.ToArray(), Is.EqualTo(expected));
        pooling.Backward(x, y, dY, dX);
        if (expectedGradient is not null)
            Assert.That(dX.Values.ToArray(), Is.EqualTo(expectedGradient));
    }

    private static double Dot(Tensor<double> a, Tensor<double> b) => a.Values.ToArray().Zip(b.Values.ToArray(), (p, q) => p * q).Sum();
}
