using System.Numerics;
using FsCheck;
using NUnit.Framework;
using RefNet.Geometry;
using RefNet.LinearAlgebra;
using RefNet.Tensors;
using RefNet.Tests.Reference;

namespace RefNet.Tests.LinearAlgebra;

/// <summary>Winograd's algorithm, which has no weight gradient: that of the columns stands in its place.</summary>
internal abstract class WinogradConvolutionTests<T> : ConvolutionTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override Gen<ConvolutionProblem> Problems => ConvolutionProblem.Of3x3;

    protected override bool Suits(ConvolutionProblem problem) => WinogradConvolution<T>.Suits(problem.Geometry, problem.Groups);

    protected override IConvolution<T> Create(ConvolutionGeometry geometry, int groups) => new WithWeightGradient(geometry, groups);

    // For numbers from -1 to 1 the elements of Bᵀ d reach 10 10 10 6 6 10, those of G g 1/4 1/2 1/2 7/24 7/24 1; their products,
    // weighted with the magnitudes in Aᵀ, reach 48 in its last row, and 48 * 48 in two dimensions. What is rounded at each of
    // the n / 9 channels, and at most 20 times in the transforms, is thus no larger than 2304.
    protected override double Tolerance(int products, double magnitude) => (products / 9 + 20) * Unit * 2304 * (products / 9 + 1);

    protected sealed class WithWeightGradient(ConvolutionGeometry geometry, int groups) : IConvolution<T>
    {
        private readonly WinogradConvolution<T> winograd = new(geometry, SimdGemm<T>.BestKernel());
        private readonly ColumnConvolution<T> columns = new(geometry, groups, new SimdGemm<T>());

        public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y) => winograd.Forward(x, w, b, y);

        public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW) => columns.AddWeightGradient(x, dY, dW);

        public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX) => winograd.InputGradient(w, dY, dX);
    }
}

internal sealed class WinogradConvolutionDoubleTests : WinogradConvolutionTests<double>;

internal sealed class WinogradConvolutionSingleTests : WinogradConvolutionTests<float>
{
    [Test]
    public void TheErrorInFloatIsAtMostWhatTheDocumentationSays()
    {
        ConvolutionProblem problem = new(1, 1, 64, 32, 30, 30, ConvolutionGeometry.Square(3, padding: 1), false, Seed: 11);
        (Tensor<float> x, Tensor<float> w, Tensor<float> y) = (problem.Numbers<float>(problem.X, 1), problem.Numbers<float>(problem.W, 2), new(problem.Y));
        Create(problem.Geometry, 1).Forward(x, w, null, y);
        Tensor<double> exact = DirectConvolution.Forward(Wide(x), Wide(w), null, problem.Geometry, 1);
        Tensor<double> magnitude = DirectConvolution.Forward(Magnitudes(x), Magnitudes(w), null, problem.Geometry, 1);
        double worst = Enumerable.Range(0, y.Count).Max(i => Math.Abs(y.Span[i] - exact.Span[i]) / magnitude.Span[i]);
        TestContext.Out.WriteLine($"largest error: {worst:G3} of the sum of magnitudes");
        Assert.That(worst, Is.LessThan(1.5e-6).And.GreaterThan(1e-8), "SimdGemm.UseWinograd documents 1.5e-6");
    }

    [Test]
    public void ItIsUsedWhereItIsFasterAndCanBeTurnedOff()
    {
        ConvolutionProblem problem = new(1, 1, 64, 64, 28, 28, ConvolutionGeometry.Square(3, padding: 1), false, Seed: 12);
        (Tensor<float> x, Tensor<float> w) = (problem.Numbers<float>(problem.X, 1), problem.Numbers<float>(problem.W, 2));
        float[] Forward(IConvolution<float> convolution)
        {
            Tensor<float> y = new(problem.Y);
            convolution.Forward(x, w, null, y);
            return y.Span.ToArray();
        }

        float[] byWinograd = Forward(Create(problem.Geometry, 1)), byShifts = Forward(new ShiftedConvolution<float>(problem.Geometry, 1, SimdGemm<float>.BestKernel()));
        Assert.That(byWinograd, Is.Not.EqualTo(byShifts), "they round differently");
        Assert.That(Forward(new SimdGemm<float>().Convolution(problem.Geometry, 1)), Is.EqualTo(byWinograd));
        Assert.That(Forward(new SimdGemm<float> { UseWinograd = false }.Convolution(problem.Geometry, 1)), Is.EqualTo(byShifts));
    }
}
