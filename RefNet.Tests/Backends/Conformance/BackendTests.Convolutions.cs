using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    /// <summary>The roundings of a sum of so many products; a backend with another algorithm than sums of products says more, and why.</summary>
    protected virtual int ConvolutionRoundings(int products) => products;

    private static Gen<ConvolutionProblem> Convolutions { get; } =
        from problem in ConvolutionProblem.Generator
        from batch in Gen.Choose(1, 5)
        from groups in Gen.Elements(1, 1, 2, 3)
        from maps in Gen.Choose(1, 9)
        select problem with { Batch = batch, Groups = groups, Maps = maps };

    [Test]
    public void ConvolutionIsThatOfTheDefinition() => ForAllConvolutions(CheckForward);

    [Test]
    public void TheWeightGradientOfConvolutionIsAdded() => ForAllConvolutions(CheckWeightGradient);

    [Test]
    public void TheInputGradientOfConvolutionIsThatOfTheDefinition() => ForAllConvolutions(CheckInputGradient);

    /// <summary>Shapes on which other algorithms pay: images in lanes, Winograd's, one channel a group, kernels as large as the image.</summary>
    /// <remarks>
    /// The bound of Winograd's algorithm for the worst case is wider than that of sums (WinogradConvolutionTests derives it),
    /// but numbers of both signs stay far below either.
    /// </remarks>
    [TestCase(1, 17, 6, 16, 14, 5)]
    [TestCase(1, 2, 32, 32, 12, 3)]
    [TestCase(24, 3, 24, 24, 15, 3)]
    [TestCase(1, 9, 16, 40, 5, 5)]
    public void LargeConvolutionsAreThoseOfTheDefinition(int groups, int batch, int channels, int maps, int size, int kernel)
    {
        ConvolutionProblem problem = new(batch, groups, channels / groups, maps / groups, size, size, ConvolutionGeometry.Square(kernel), true, Seed: 4);
        IConvolution<T> convolution = Backend.Convolution(problem.Geometry, groups);
        Call<T> call = new(seed: 5);
        CheckForward(problem, convolution, call);
        CheckWeightGradient(problem, convolution, call);
        CheckInputGradient(problem, convolution, call);
        call.AssertOperandsAreAsBefore();
    }

    private void CheckForward(ConvolutionProblem problem, IConvolution<T> convolution, Call<T> call)
    {
        Tensor<T> x = call.Operand("x", problem.X), w = call.Operand("w", problem.W), y = Call<T>.Result(problem.Y);
        Tensor<T>? b = problem.UseBias ? call.Operand("b", new Shape(problem.W[0])) : null;
        IConvolution<double> definition = truth.Convolution(problem.Geometry, problem.Groups);
        convolution.Forward(x, w, b, y);
        AssertClose("y", y,
            Written(y.Shape, result => definition.Forward(Wide(x), Wide(w), b is null ? null : Wide(b), result)),
            Written(y.Shape, result => definition.Forward(Sizes(x), Sizes(w), b is null ? null : Sizes(b), result)), ConvolutionRoundings(problem.W.Sample.Count + 1));
    }

    private void CheckWeightGradient(ConvolutionProblem problem, IConvolution<T> convolution, Call<T> call)
    {
        Tensor<T> x = call.Operand("x", problem.X), dY = call.Operand("dY", problem.Y), dW = call.Sum(problem.W);
        Tensor<double> expected = Wide(dW), magnitude = Sizes(dW);
        IConvolution<double> definition = truth.Convolution(problem.Geometry, problem.Groups);
        definition.AddWeightGradient(Wide(x), Wide(dY), expected);
        definition.AddWeightGradient(Sizes(x), Sizes(dY), magnitude);
        convolution.AddWeightGradient(x, dY, dW);
        AssertClose("dW", dW, expected, magnitude, ConvolutionRoundings(problem.Y.Count / problem.Y[1] + 1));
    }

    private void CheckInputGradient(ConvolutionProblem problem, IConvolution<T> convolution, Call<T> call)
    {
        Tensor<T> w = call.Operand("w", problem.W), dY = call.Operand("dY", problem.Y), dX = Call<T>.Result(problem.X);
        IConvolution<double> definition = truth.Convolution(problem.Geometry, problem.Groups);
        convolution.InputGradient(w, dY, dX);
        AssertClose("dX", dX,
            Written(dX.Shape, result => definition.InputGradient(Wide(w), Wide(dY), result)),
            Written(dX.Shape, result => definition.InputGradient(Sizes(w), Sizes(dY), result)), ConvolutionRoundings(problem.W.Count / problem.W[1]));
    }

    [Test]
    public void OneConvolutionTakesBatchesAndImagesOfAnySize()
    {
        ConvolutionProblem small = new(1, 1, 3, 4, 6, 7, ConvolutionGeometry.Square(3, padding: 1), true, Seed: 2), large = small with { Batch = 5, Height = 14, Width = 9 };
        IConvolution<T> convolution = Backend.Convolution(small.Geometry, small.Groups);
        T[] alone = Results(small, convolution);
        Results(large, convolution);
        Assert.That(Results(small, convolution), Is.EqualTo(alone), "a larger batch came between");
        return;

        static T[] Results(ConvolutionProblem problem, IConvolution<T> convolution)
        {
            Tensor<T> x = problem.Numbers<T>(problem.X, 1), w = problem.Numbers<T>(problem.W, 2);
            Tensor<T> y = Call<T>.Result(problem.Y), dX = Call<T>.Result(problem.X), dW = new(problem.W);
            convolution.Forward(x, w, null, y);
            convolution.AddWeightGradient(x, y, dW);
            convolution.InputGradient(w, y, dX);
            return [.. y.Values, .. dW.Values, .. dX.Values];
        }
    }

    [Test]
    public void ANaNInOneImageStaysInThatImage()
    {
        ConvolutionProblem problem = new(3, 1, 2, 3, 9, 8, ConvolutionGeometry.Square(3, padding: 1), false, Seed: 3);
        Tensor<T> x = problem.Numbers<T>(problem.X, 1), w = problem.Numbers<T>(problem.W, 2), y = Call<T>.Result(problem.Y);
        x.SampleSpan(1).Fill(T.NaN);
        Backend.Convolution(problem.Geometry, problem.Groups).Forward(x, w, null, y);
        Assert.That(y.Sample(0).ToArray().Concat(y.Sample(2).ToArray()).Any(T.IsNaN), Is.False, "images 0 and 2 hold no NaN");
        Assert.That(y.Sample(1).ToArray().All(T.IsNaN), Is.True, "image 1 holds nothing else");
    }

    private void ForAllConvolutions(Action<ConvolutionProblem, IConvolution<T>, Call<T>> check) =>
        ForAll(Convolutions, problem => problem.Shrink(), problem => problem.Seed, (problem, call) =>
            check(problem, Backend.Convolution(problem.Geometry, problem.Groups), call));
}
