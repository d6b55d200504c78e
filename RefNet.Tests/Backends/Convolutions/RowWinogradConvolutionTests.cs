using System.Numerics;
using FsCheck;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Geometry;
using RefNet.Tensors;
using RefNet.Tests.Reference;

namespace RefNet.Tests.Backends;

/// <summary>Winograd's algorithm along the rows of interleaved images.</summary>
internal abstract class RowWinogradConvolutionTests<T> : ConvolutionTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override Gen<ConvolutionProblem> Problems => ConvolutionProblem.OfRowsOf5;

    protected override ConvolutionProblem Fitted(ConvolutionProblem problem) => problem with { Geometry = ConvolutionGeometry.Square(5, padding: 2) };

    protected override bool Suits(ConvolutionProblem problem) => RowWinogradConvolution<T>.Suits(problem.Geometry, problem.Groups);

    // For numbers from -1 to 1 the elements of Bᵀ d, of G g and of A dy are at most the sums of the magnitudes in the rows of
    // the matrices: 255, 0.088 and 341. Multiplied point by point and weighted with the magnitudes in the third matrix they
    // reach 272 in y, 197 in dX and 272 in dW. There are no more such sums than products, and at most 20 roundings in the
    // transforms. In float this bound for the worst case is wide, and a test below measures; what a mistake in the
    // algorithm does shows in double.
    protected override double Tolerance(int products, double magnitude) => (products + 20.0) * Unit * 272 * products;
}

internal sealed class RowWinogradConvolutionDoubleTests : RowWinogradConvolutionTests<double>
{
    protected override IConvolution<double> Create(ConvolutionGeometry geometry, int groups) => new RowWinogradConvolution<double>(geometry, SimdGemm<double>.BestKernel());
}

internal sealed class RowWinogradConvolutionVectorDoubleTests : RowWinogradConvolutionTests<double>
{
    protected override IConvolution<double> Create(ConvolutionGeometry geometry, int groups) => new RowWinogradConvolution<double>(geometry, new VectorKernel<double>());
}

internal sealed class RowWinogradConvolutionSingleTests : RowWinogradConvolutionTests<float>
{
    protected override IConvolution<float> Create(ConvolutionGeometry geometry, int groups) => new RowWinogradConvolution<float>(geometry, SimdGemm<float>.BestKernel());

    [Test]
    public void TheErrorInFloatIsAtMostWhatTheDocumentationSays([Values(1, 3, 6, 16)] int channels, [Values] Numbers numbers)
    {
        ConvolutionProblem problem = new(16, 1, channels, 16, 14, 14, ConvolutionGeometry.Square(5, padding: 2), false, Seed: channels);
        (double[] winograd, double[] direct) = (Errors(problem, numbers, Create(problem.Geometry, 1)), Errors(problem, numbers, new InterleavedConvolution<float>(problem.Geometry, SimdGemm<float>.BestKernel())));
        TestContext.Out.WriteLine($"Y, dX, dW: Winograd {string.Join(' ', winograd.Select(e => $"{e:G3}"))}, direct {string.Join(' ', direct.Select(e => $"{e:G3}"))}");
        for (int i = 0; i < 3; i++)
        {
            double limit = numbers == Numbers.Near1 ? 6e-6 : channels < 6 ? 1e-6 : 4e-7, limitOfDirect = numbers == Numbers.Near1 ? 1.5e-6 : 1e-7;
            Assert.That(winograd[i], Is.LessThan(limit), "SimdGemm.UseWinograd documents this");
            Assert.That(direct[i], Is.LessThan(limitOfDirect), "SimdGemm.UseWinograd documents this, too");
        }
    }

    [Test]
    public void AnOutputWhoseInputsAreZeroMayComeOutAsASmallNumber()
    {
        Tensor<float> x = new(new Shape(1, 1, 1, 9)), w = new(new Shape(1, 1, 1, 5)), y = new(new Shape(1, 1, 1, 5));
        x.Span[1] = 1e6f;
        w.Span.Fill(1 / 3f);
        ConvolutionGeometry geometry = new(new Window(1), new Window(5));
        Create(geometry, 1).Forward(x, w, null, y);
        Assert.That(y.Values.ToArray()[2..], Has.Some.Not.Zero.And.All.EqualTo(0).Within(1e-6 * 5 * 1e6 / 3), "documented: only near zero");
    }

    [Test]
    public void InfinityReachesAllOutputsOfItsTileAndNoOthers()
    {
        Tensor<float> x = new(new Shape(1, 1, 1, 14)), w = new(new Shape(1, 1, 1, 5)), y = new(new Shape(1, 1, 1, 10));
        x.Span[1] = float.PositiveInfinity;
        w.Span.Fill(1);
        Create(new(new Window(1), new Window(5)), 1).Forward(x, w, null, y);
        Assert.That(y.Values[..5].ToArray().Any(float.IsFinite), Is.False);
        Assert.That(y.Values[5..].ToArray(), Is.All.Zero);
    }

    /// <summary>What is multiplied: numbers from -1 to 1, x without those below 0, or all from 0.9 to 1.</summary>
    public enum Numbers { FromMinus1To1, Rectified, Near1 }

    // The largest errors of y, dX and dW, of the number of products that each sums; the largest factors are 1.
    private static double[] Errors(ConvolutionProblem problem, Numbers numbers, IConvolution<float> convolution)
    {
        (Tensor<float> x, Tensor<float> w, Tensor<float> dY) = (problem.Numbers<float>(problem.X, 1), problem.Numbers<float>(problem.W, 2), problem.Numbers<float>(problem.Y, 3));
        if (numbers == Numbers.Rectified)
            System.Numerics.Tensors.TensorPrimitives.Max(x.Values, 0, x.Span);
        foreach (Tensor<float> tensor in numbers == Numbers.Near1 ? new[] { x, w, dY } : [])
        {
            foreach (ref float number in tensor.Span)
                number = 0.95f + 0.05f * number;
        }

        (Tensor<float> y, Tensor<float> dX, Tensor<float> dW) = (new(problem.Y), new(problem.X), new(problem.W));
        convolution.Forward(x, w, null, y);
        convolution.InputGradient(w, dY, dX);
        convolution.AddWeightGradient(x, dY, dW);
        Tensor<double> exactWeights = new(problem.W);
        DirectConvolution.AddWeightGradient(Wide(x), Wide(dY), exactWeights, problem.Geometry, 1);
        return [
            Error(y, DirectConvolution.Forward(Wide(x), Wide(w), null, problem.Geometry, 1)) / (problem.W.Count / problem.W[0]),
            Error(dX, DirectConvolution.InputGradient(problem.X, Wide(w), Wide(dY), problem.Geometry, 1)) / (problem.W.Count / problem.W[1]),
            Error(dW, exactWeights) / (problem.Y.Count / problem.Y[1]),
        ];
    }

    private static double Error(Tensor<float> found, Tensor<double> exact) => Enumerable.Range(0, found.Count).Max(i => Math.Abs(found.Values[i] - exact.Values[i]));
}
