using System.Numerics;
using FsCheck;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Geometry;
using RefNet.Tensors;
using RefNet.Tests.Reference;

namespace RefNet.Tests.Backends;

/// <summary>Winograd's algorithm for kernels of 3x3.</summary>
internal abstract class WinogradConvolutionTests<T> : ConvolutionTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override Gen<ConvolutionProblem> Problems => ConvolutionProblem.Of3x3;

    protected override bool Suits(ConvolutionProblem problem) => WinogradConvolution<T>.Suits(problem.Geometry, problem.Groups);

    protected override IConvolution<T> Create(ConvolutionGeometry geometry, int groups) => new WinogradConvolution<T>(geometry, new SimdGemm<T>(), SimdGemm<T>.BestKernel());

    // For numbers from -1 to 1 the elements of Bᵀ d reach 10 10 10 6 6 10, those of G g 1/4 1/2 1/2 7/24 7/24 1; their products,
    // weighted with the magnitudes in Aᵀ, reach 48 in its last row, and 48 * 48 in two dimensions. For the gradient of the
    // weights those of A dy reach 1 4 4 15 15 1, and their products with Bᵀ d, weighted with Gᵀ, 160/3 in its last row: 2845 in two
    // dimensions. What is rounded at each of the n / 9 channels (at each tile, of which there are fewer), and at most 20 times in the
    // transforms, is thus no larger than 2845. In float this bound for the
    // worst case is wide, and the tests below measure; what a mistake in the algorithm does shows in double.
    protected override double Tolerance(int products, double magnitude) => (products / 9 + 20) * Unit * 2845 * (products / 9 + 1);

    // One image is one block of tiles, whose maps threads share; the batch has several groups, with several blocks each.
    [Test]
    public void AnImageHasTheSameResultsAloneAndInABatch([Values(7, 8, 13, 32)] int extent)
    {
        const int Batch = 37;
        ConvolutionProblem problem = new(Batch, 1, 40, 36, extent, extent, ConvolutionGeometry.Square(3, padding: 1), false, Seed: extent);
        (Tensor<T> x, Tensor<T> w, Tensor<T> dY) = (problem.Numbers<T>(problem.X, 1), problem.Numbers<T>(problem.W, 2), problem.Numbers<T>(problem.Y, 3));
        IConvolution<T> convolution = Create(problem.Geometry, 1);
        (Tensor<T> y, Tensor<T> dX) = (new(problem.Y), new(problem.X));
        convolution.Forward(x, w, null, y);
        convolution.InputGradient(w, dY, dX);
        foreach (int n in (int[])[0, 18, Batch - 1])
        {
            (Tensor<T> yAlone, Tensor<T> dXAlone) = (new(problem.Y.Sample.Batch(1)), new(problem.X.Sample.Batch(1)));
            convolution.Forward(Alone(x, n), w, null, yAlone);
            convolution.InputGradient(w, Alone(dY, n), dXAlone);
            Assert.That(yAlone.Values.SequenceEqual(y.SampleSpan(n)), $"y of image {n}: every element is summed over the channels in the same order");
            Assert.That(dXAlone.Values.SequenceEqual(dX.SampleSpan(n)), $"dX of image {n}: every element is summed over the maps in the same order");
        }

        Tensor<T> Alone(Tensor<T> batch, int n)
        {
            Tensor<T> alone = new(batch.Shape.Sample.Batch(1));
            batch.SampleSpan(n).CopyTo(alone.Span);
            return alone;
        }
    }

    [TestCase(7, 36, Description = "one group of images, and threads share the maps")]
    [TestCase(13, 36, Description = "sums of their own for 4 groups")]
    [TestCase(32, 36, Description = "for 13 groups")]
    [TestCase(64, 4, Description = "for 37 groups, in 16 parts, by dot products")]
    [TestCase(13, 220, Description = "one sum for all groups")]
    public void TheGradientOfALargeBatchIsThatOfTheDefinition(int extent, int maps)
    {
        const int Batch = 37;
        ConvolutionProblem problem = new(Batch, 1, 20, maps, extent, extent, ConvolutionGeometry.Square(3, padding: 1), false, Seed: extent);
        (Tensor<T> x, Tensor<T> dY) = (problem.Numbers<T>(problem.X, 1), problem.Numbers<T>(problem.Y, 3));
        (Tensor<T> found, Tensor<T> expected) = (new(problem.W), new(problem.W));
        Create(problem.Geometry, 1).AddWeightGradient(x, dY, found);
        DirectConvolution.AddWeightGradient(x, dY, expected, problem.Geometry, 1);
        Assert.That(found.Values.ToArray(), Is.EqualTo(expected.Values.ToArray()).Within(Tolerance(Batch * extent * extent, 1)));
    }
}

internal sealed class WinogradConvolutionDoubleTests : WinogradConvolutionTests<double>;

internal sealed class WinogradConvolutionSingleTests : WinogradConvolutionTests<float>
{
    [Test]
    public void TheErrorInFloatIsAtMostWhatTheDocumentationSays([Values(1, 3, 8, 64, 300)] int channels, [Values] bool rectified)
    {
        ConvolutionProblem problem = new(1, 1, channels, 16, 22, 22, ConvolutionGeometry.Square(3, padding: 1), false, Seed: channels);
        (Tensor<float> x, Tensor<float> w) = (problem.Numbers<float>(problem.X, 1), problem.Numbers<float>(problem.W, 2));
        if (rectified)
            System.Numerics.Tensors.TensorPrimitives.Max(x.Values, 0, x.Span);
        Tensor<double> exact = DirectConvolution.Forward(Wide(x), Wide(w), null, problem.Geometry, 1);
        double Error(IConvolution<float> convolution)
        {
            Tensor<float> y = new(problem.Y);
            convolution.Forward(x, w, null, y);
            return Enumerable.Range(0, y.Count).Max(i => Math.Abs(y.Values[i] - exact.Values[i])) / (9.0 * channels); // max|x| = max|w| = 1
        }

        double winograd = Error(Create(problem.Geometry, 1)), direct = Error(new ShiftedConvolution<float>(problem.Geometry, 1, SimdGemm<float>.BestKernel()));
        TestContext.Out.WriteLine($"of 9 C max|x| max|w|: Winograd {winograd:G3}, direct {direct:G3}");
        Assert.That(winograd, Is.LessThan(channels < 8 ? 2e-6 : 4e-7).And.GreaterThan(direct), "SimdGemm.UseWinograd documents this");
        Assert.That(direct, Is.LessThan(1e-7), "SimdGemm.UseWinograd documents 1e-7");
    }

    [Test]
    public void TheErrorOfTheWeightGradientInFloatIsAtMostWhatTheDocumentationSays([Values(1, 8, 64)] int batch, [Values] bool rectified)
    {
        ConvolutionProblem problem = new(batch, 1, 3, 16, 22, 22, ConvolutionGeometry.Square(3, padding: 1), false, Seed: batch);
        (Tensor<float> x, Tensor<float> dY) = (problem.Numbers<float>(problem.X, 1), problem.Numbers<float>(problem.Y, 4));
        if (rectified)
            System.Numerics.Tensors.TensorPrimitives.Max(x.Values, 0, x.Span);
        Tensor<double> exact = new(problem.W);
        DirectConvolution.AddWeightGradient(Wide(x), Wide(dY), exact, problem.Geometry, 1);
        double Error(IConvolution<float> convolution)
        {
            Tensor<float> dW = new(problem.W);
            convolution.AddWeightGradient(x, dY, dW);
            return Enumerable.Range(0, dW.Count).Max(i => Math.Abs(dW.Values[i] - exact.Values[i])) / (batch * 22.0 * 22); // max|x| = max|dy| = 1
        }

        double winograd = Error(Create(problem.Geometry, 1)), direct = Error(new ShiftedConvolution<float>(problem.Geometry, 1, SimdGemm<float>.BestKernel()));
        TestContext.Out.WriteLine($"of n max|x| max|dy|: Winograd {winograd:G3}, direct {direct:G3}");
        Assert.That(winograd, Is.LessThan(2e-7).And.GreaterThan(direct), "SimdGemm.UseWinograd documents this");
    }

    [Test]
    public void ATileWithOneLargeNumberDisturbsOutputsThatDoNotDependOnIt()
    {
        Tensor<float> x = new(new Shape(1, 1, 4, 4)), w = new(new Shape(1, 1, 3, 3)), y = new(new Shape(1, 1, 4, 4));
        x.Span[0] = 1e6f;
        w.Span.Fill(1 / 3f);
        Create(ConvolutionGeometry.Square(3, padding: 1), 1).Forward(x, w, null, y);
        Assert.That(y[0, 0, 3, 3], Is.Not.Zero.And.EqualTo(0).Within(4e-7 * 9 * 1e6 / 3), "documented: only near zero");
    }
}
