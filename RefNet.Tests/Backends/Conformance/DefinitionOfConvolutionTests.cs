using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Geometry;
using RefNet.Tensors;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>
/// The definition of convolution, by hand and by laws. Kernels are asymmetric and not square: a symmetric one cannot see a
/// flip, nor rows taken for columns. All numbers are whole, so that sums are exact.
/// </summary>
[TestFixture]
public sealed class DefinitionOfConvolutionTests
{
    private static readonly ReferenceBackend<double> backend = new();

    // 1 2 3      true convolution turns the kernel 1 2 3 to 6 5 4
    // 4 5 6                                        4 5 6    3 2 1
    // 7 8 9
    [TestCase(true, new double[] { 6 + 10 + 12 + 12 + 10 + 6, 24 + 25 + 24 + 21 + 16 + 9 })]
    [TestCase(false, new double[] { 1 + 4 + 9 + 16 + 25 + 36, 4 + 10 + 18 + 28 + 40 + 54 })]
    public void L4_ByHand(bool flip, double[] expected)
    {
        Tensor<double> x = Numbers(new Shape(1, 1, 3, 3)), w = Numbers(new Shape(1, 1, 2, 3)), y = new(new Shape(1, 1, 2, 1));
        ConvolutionGeometry geometry = new(new Window(2), new Window(3)) { Flip = flip };
        backend.Convolution(geometry, 1).Forward(x, w, new Tensor<double>(new Shape(1), [0.5]), y);
        Assert.That(y.Values.ToArray(), Is.EqualTo(expected.Select(sum => sum + 0.5)));
    }

    // Rows: 0 1 2 3 4 with 1 in front, taps 2 apart, 3 from one output to the next: outputs read -1 and 1, then 2 and 4.
    // Columns: 0 1 2 with 2 behind, 1 tap, 2 apart: outputs read 0, 2, and padding.
    [Test]
    public void L4_StridePaddingAndDilationByHand()
    {
        Tensor<double> x = Numbers(new Shape(1, 1, 5, 3)), w = new(new Shape(1, 1, 2, 1), [10, 1]), y = new(new Shape(1, 1, 2, 3));
        ConvolutionGeometry geometry = new(new Window(2, 3, 1, 0, 2), new Window(1, 2, 0, 2)) { Flip = false };
        backend.Convolution(geometry, 1).Forward(x, w, null, y);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 4, 6, 0, 70 + 13, 90 + 15, 0 }), "x = 1 2 3, 4 5 6, ... 13 14 15");
        backend.Convolution(geometry with { Flip = true }, 1).Forward(x, w, null, y);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 40, 60, 0, 7 + 130, 9 + 150, 0 }), "tap 0 of a flipped kernel reads the last row");
    }

    // True convolution moves the image by the place of the 1, cross-correlation against it: y(i) = x(i - u), y(i) = x(i + u).
    [Test]
    public void L4_ADeltaMovesTheImage([Values] bool flip, [Range(0, 1)] int u, [Range(0, 2)] int v)
    {
        Tensor<double> x = Numbers(new Shape(2, 1, 4, 5)), w = new(new Shape(1, 1, 2, 3)), y = new(new Shape(2, 1, 3, 3));
        w[0, 0, u, v] = 1;
        backend.Convolution(new ConvolutionGeometry(new Window(2), new Window(3)) { Flip = flip }, 1).Forward(x, w, null, y);
        (int down, int right) = flip ? (1 - u, 2 - v) : (u, v);
        for (int n = 0; n < 2; n++)
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++)
                    Assert.That(y[n, 0, i, j], Is.EqualTo(x[n, 0, i + down, j + right]), $"y({i},{j}) of image {n}");
    }

    [Test]
    public void L17_AMapSeesTheChannelsOfItsGroup()
    {
        // 4 channels and 6 maps in 2 groups; channel c is 10^c everywhere, and the weights of map f are f + 1 and 0.
        Tensor<double> x = new(new Shape(1, 4, 1, 1), [1, 10, 100, 1000]), w = new(new Shape(6, 2, 1, 1)), y = new(new Shape(1, 6, 1, 1));
        for (int f = 0; f < 6; f++)
            w[f, f % 2, 0, 0] = f + 1;
        backend.Convolution(ConvolutionGeometry.Square(1), 2).Forward(x, w, null, y);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 1, 20, 3, 4000, 500, 6000 }));
    }

    // Convolution is linear in x and in w: with the same x, w and u,
    // <u, conv(x, w)> = <dX(w, u), x> = <dW(x, u), w>.
    [Test]
    public void L3_TheGradientsAreTheAdjoints() => Properties.ForAll(ConvolutionProblem.Generator, problem => problem.Shrink(), problem =>
    {
        Tensor<double> x = Whole(problem.X, problem.Seed), w = Whole(problem.W, problem.Seed + 1), u = Whole(problem.Y, problem.Seed + 2);
        Tensor<double> y = Call<double>.Result(problem.Y), dX = Call<double>.Result(problem.X), before = Whole(problem.W, problem.Seed + 3), dW = before.Clone();
        IConvolution<double> convolution = backend.Convolution(problem.Geometry, problem.Groups);
        convolution.Forward(x, w, null, y);
        convolution.InputGradient(w, u, dX);
        convolution.AddWeightGradient(x, u, dW);
        Assert.That(Dot(dX, x), Is.EqualTo(Dot(u, y)), "<dX(w, u), x> = <u, conv(x, w)>");
        Assert.That(Dot(dW, w) - Dot(before, w), Is.EqualTo(Dot(u, y)), "<dW(x, u), w> = <u, conv(x, w)>, with dW added to what was there");
    });

    // 1, 2, 3, ...
    private static Tensor<double> Numbers(Shape shape) => new(shape, [.. Enumerable.Range(1, shape.Count).Select(i => (double)i)]);

    private static Tensor<double> Whole(Shape shape, int seed) => new Call<double>(seed).Operand("", shape, random => random.Next(-4, 5));

    private static double Dot(Tensor<double> a, Tensor<double> b) => a.Values.ToArray().Zip(b.Values.ToArray(), (p, q) => p * q).Sum();
}
