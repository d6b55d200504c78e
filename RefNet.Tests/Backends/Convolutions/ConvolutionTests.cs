using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Geometry;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Tests.Reference;

namespace RefNet.Tests.Backends;

/// <summary>What every algorithm for convolution must do; a class for each of them closes it.</summary>
[NonParallelizable] // it sets how many threads there are
internal abstract class ConvolutionTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int threads = ParallelLoop.MaxThreads;

    /// <summary>Makes the products of one layer.</summary>
    protected abstract IConvolution<T> Create(ConvolutionGeometry geometry, int groups);

    /// <summary>What the algorithm can compute.</summary>
    protected virtual Gen<ConvolutionProblem> Problems => ConvolutionProblem.Generator;

    /// <summary>Whether the algorithm can compute this.</summary>
    protected virtual bool Suits(ConvolutionProblem problem) => true;

    /// <summary>The like of a problem that the algorithm can compute, where there is one.</summary>
    protected virtual ConvolutionProblem Fitted(ConvolutionProblem problem) => problem;

    /// <summary>The largest error of a sum, where the numbers that are multiplied lie between -1 and 1.</summary>
    /// <param name="products">How many products are summed.</param>
    /// <param name="magnitude">The sum of their magnitudes.</param>
    /// <remarks>A sum of n products is computed within n units in the last place of that (Higham 2002, 3.1).</remarks>
    protected virtual double Tolerance(int products, double magnitude) => (products + 1) * Unit * magnitude;

    protected static double Unit => typeof(T) == typeof(float) ? Math.Pow(2, -24) : Math.Pow(2, -53);

    [TearDown]
    public void GiveTheThreadsBack() => ParallelLoop.MaxThreads = threads;

    [Test]
    public void L3_ForwardAgreesWithDirectLoops() => ForAll((problem, convolution) =>
    {
        (Tensor<T> x, Tensor<T> w) = (problem.Numbers<T>(problem.X, 1), problem.Numbers<T>(problem.W, 2));
        Tensor<T>? b = problem.UseBias ? problem.Numbers<T>(new Shape(problem.W[0]), 3) : null;
        Tensor<T> y = Poisoned(problem.Y);
        convolution.Forward(x, w, b, y);
        AssertAgree(y, DirectConvolution.Forward(Wide(x), Wide(w), b is null ? null : Wide(b), problem.Geometry, problem.Groups),
            DirectConvolution.Forward(Magnitudes(x), Magnitudes(w), b is null ? null : Magnitudes(b), problem.Geometry, problem.Groups), problem.W.Count / problem.W[0] + 1);
    });

    [Test]
    public void L3_TheWeightGradientAgreesWithDirectLoops() => ForAll((problem, convolution) =>
    {
        (Tensor<T> x, Tensor<T> dY, Tensor<T> dW) = (problem.Numbers<T>(problem.X, 1), problem.Numbers<T>(problem.Y, 4), problem.Numbers<T>(problem.W, 5));
        (Tensor<double> expected, Tensor<double> magnitude) = (Wide(dW), Magnitudes(dW));
        DirectConvolution.AddWeightGradient(Wide(x), Wide(dY), expected, problem.Geometry, problem.Groups);
        DirectConvolution.AddWeightGradient(Magnitudes(x), Magnitudes(dY), magnitude, problem.Geometry, problem.Groups);
        convolution.AddWeightGradient(x, dY, dW);
        AssertAgree(dW, expected, magnitude, problem.Batch * problem.Y[2] * problem.Y[3] + 1);
    });

    [Test]
    public void L3_TheInputGradientAgreesWithDirectLoops() => ForAll((problem, convolution) =>
    {
        (Tensor<T> w, Tensor<T> dY, Tensor<T> dX) = (problem.Numbers<T>(problem.W, 2), problem.Numbers<T>(problem.Y, 4), Poisoned(problem.X));
        convolution.InputGradient(w, dY, dX);
        AssertAgree(dX, DirectConvolution.InputGradient(problem.X, Wide(w), Wide(dY), problem.Geometry, problem.Groups),
            DirectConvolution.InputGradient(problem.X, Magnitudes(w), Magnitudes(dY), problem.Geometry, problem.Groups), problem.W.Count / problem.W[1]);
    });

    [Test]
    public virtual void GivesTheSameBitsOnAnyNumberOfThreads() => AssertSameBits(
        [
            new(9, 1, 3, 6, 40, 40, ConvolutionGeometry.Square(5, padding: 2), true, Seed: 1),
            new(1, 1, 70, 40, 12, 12, ConvolutionGeometry.Square(3, padding: 1), true, Seed: 2),
            new(2, 1, 33, 65, 9, 9, ConvolutionGeometry.Square(3, stride: 2, padding: 1), true, Seed: 3),
            new(7, 1, 20, 24, 30, 30, ConvolutionGeometry.Square(3, padding: 1), true, Seed: 4),
            new(7, 1, 70, 60, 26, 26, ConvolutionGeometry.Square(3, padding: 1), true, Seed: 11), // several groups of images with common sums
            new(40, 1, 6, 16, 14, 14, ConvolutionGeometry.Square(5), true, Seed: 5),
            new(9, 1, 6, 16, 14, 14, ConvolutionGeometry.Square(5), true, Seed: 8), // interleaved, one group
            new(5, 3, 4, 5, 11, 13, ConvolutionGeometry.Square(3, padding: 2), true, Seed: 6),
            new(2, 1, 300, 310, 4, 4, ConvolutionGeometry.Square(3, padding: 1), true, Seed: 7),
            new(2, 1, 3, 90, 7, 48, ConvolutionGeometry.Square(3, padding: 1), true, Seed: 9), // shifts store at once: threads share the maps
            new(1, 2, 6, 10, 9, 32, ConvolutionGeometry.Square(3, padding: 1), true, Seed: 10), // and the rows of maps
        ]);

    protected void AssertSameBits(ConvolutionProblem[] problems)
    {
        foreach (ConvolutionProblem problem in problems.Select(Fitted).Where(Suits))
        {
            T[]? first = null;
            foreach (int count in new[] { 1, 2, 3, 5 })
            {
                ParallelLoop.MaxThreads = count;
                T[] results = AllProducts(problem, Create(problem.Geometry, problem.Groups));
                first ??= results;
                Assert.That(results.AsSpan().SequenceEqual(first), Is.True, $"{problem}: {count} threads gave other bits than one");
            }
        }
    }

    [Test]
    public void ImagesOfChangingSizeAndNumberAreNoneOfOneAnothersBusiness()
    {
        ConvolutionProblem small = Fitted(new(1, 1, 3, 4, 6, 7, ConvolutionGeometry.Square(3, padding: 1), true, Seed: 2)), large = small with { Batch = 5, Height = 14, Width = 9 };
        IConvolution<T> convolution = Create(small.Geometry, small.Groups);
        T[] alone = AllProducts(small, convolution);
        AllProducts(large, convolution);
        Assert.That(AllProducts(small, convolution), Is.EqualTo(alone));
    }

    [Test]
    public void ANaNInOneImageStaysInThatImage()
    {
        ConvolutionProblem problem = Fitted(new(3, 1, 2, 3, 9, 8, ConvolutionGeometry.Square(3, padding: 1), false, Seed: 3));
        (Tensor<T> x, Tensor<T> w, Tensor<T> y) = (problem.Numbers<T>(problem.X, 1), problem.Numbers<T>(problem.W, 2), Poisoned(problem.Y));
        x.SampleSpan(1).Fill(T.NaN);
        Create(problem.Geometry, problem.Groups).Forward(x, w, null, y);
        Assert.That(y.Sample(0).ToArray().Concat(y.Sample(2).ToArray()).Any(T.IsNaN), Is.False, "images 0 and 2 have none");
        Assert.That(y.Sample(1).ToArray().All(T.IsNaN), Is.True, "image 1 has nothing else");
    }

    [Test]
    public void ANaNInOneGroupStaysInThatGroup()
    {
        ConvolutionProblem problem = Fitted(new(2, 2, 2, 3, 9, 9, ConvolutionGeometry.Square(3), false, Seed: 6));
        if (!Suits(problem))
            return;
        (Tensor<T> x, Tensor<T> dY, Tensor<T> dW) = (problem.Numbers<T>(problem.X, 1), problem.Numbers<T>(problem.Y, 4), new(problem.W));
        for (int n = 0; n < problem.Batch; n++)
        {
            x.SampleSpan(n)[(x.Count / x.Shape[0] / 2)..].Fill(T.NaN);
            dY.SampleSpan(n)[(dY.Count / dY.Shape[0] / 2)..].Fill(T.NaN);
        }

        Create(problem.Geometry, problem.Groups).AddWeightGradient(x, dY, dW);
        Assert.That(dW.Values[..(dW.Count / 2)].ToArray().Any(T.IsNaN), Is.False, "group 0 has none");
        Assert.That(dW.Values[(dW.Count / 2)..].ToArray().All(T.IsNaN), Is.True, "group 1 has nothing else");
    }

    [Test]
    public virtual void AllocatesNothingOnceWarm()
    {
        ParallelLoop.MaxThreads = 1;
        ConvolutionProblem problem = Fitted(new(5, 1, 6, 16, 14, 14, ConvolutionGeometry.Square(3, padding: 1), true, Seed: 4));
        IConvolution<T> convolution = Create(problem.Geometry, problem.Groups);
        (Tensor<T> x, Tensor<T> w, Tensor<T> y, Tensor<T> b) = (problem.Numbers<T>(problem.X, 1), problem.Numbers<T>(problem.W, 2), new(problem.Y), new(new Shape(problem.W[0])));
        void Step()
        {
            convolution.Forward(x, w, b, y);
            convolution.AddWeightGradient(x, y, w);
            convolution.InputGradient(w, y, x);
        }

        for (int i = 0; i < 20; i++)
            Step();
        // The least of several times: the runtime may allocate on this thread too, but not each time.
        Assert.That(Enumerable.Range(0, 5).Min(_ => Allocated()), Is.Zero);

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
                Step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    protected static T[] AllProducts(ConvolutionProblem problem, IConvolution<T> convolution)
    {
        (Tensor<T> x, Tensor<T> w, Tensor<T> b) = (problem.Numbers<T>(problem.X, 1), problem.Numbers<T>(problem.W, 2), problem.Numbers<T>(new Shape(problem.W[0]), 3));
        (Tensor<T> y, Tensor<T> dX, Tensor<T> dW) = (Poisoned(problem.Y), Poisoned(problem.X), new Tensor<T>(problem.W));
        convolution.Forward(x, w, b, y);
        convolution.AddWeightGradient(x, y, dW);
        convolution.InputGradient(w, y, dX);
        return [.. y.Values, .. dW.Values, .. dX.Values];
    }

    private void ForAll(Action<ConvolutionProblem, IConvolution<T>> assert) => Properties.ForAll(Problems, problem => problem.Shrink(), problem =>
    {
        if (!Suits(problem))
            return;
        ParallelLoop.MaxThreads = 1; // so that the memory that is borrowed is this thread's, poisoned
        PoisonScratch(depth: 6);
        assert(problem, Create(problem.Geometry, problem.Groups));
    });

    // Fills the memory that calculations borrow: what is read before it is written shows.
    private static void PoisonScratch(int depth)
    {
        using Scratch<T> scratch = new(1 << 16);
        scratch.Span.Fill(T.NaN);
        if (depth > 1)
            PoisonScratch(depth - 1);
    }

    private void AssertAgree(Tensor<T> found, Tensor<double> expected, Tensor<double> magnitude, int products)
    {
        for (int i = 0; i < found.Count; i++)
        {
            double tolerance = Tolerance(products, magnitude.Values[i]), error = Math.Abs(double.CreateChecked(found.Values[i]) - expected.Values[i]);
            if (!(error <= tolerance))
                Assert.Fail($"element {i} of {found.Shape}: {found.Values[i]}, expected {expected.Values[i]} ± {tolerance:G3}");
        }
    }

    private static Tensor<T> Poisoned(Shape shape)
    {
        Tensor<T> tensor = new(shape);
        tensor.Span.Fill(T.NaN);
        return tensor;
    }

    protected static Tensor<double> Wide(Tensor<T> tensor) => new(tensor.Shape, [.. tensor.Values.ToArray().Select(double.CreateChecked)]);

    protected static Tensor<double> Magnitudes(Tensor<T> tensor) => new(tensor.Shape, [.. tensor.Values.ToArray().Select(value => Math.Abs(double.CreateChecked(value)))]);
}

/// <summary>Columns and matrix products.</summary>
internal sealed class ColumnConvolutionTests : ConvolutionTests<double>
{
    protected override IConvolution<double> Create(ConvolutionGeometry geometry, int groups) => new ColumnConvolution<double>(geometry, groups, new SimdGemm<double>());
}

/// <summary>The same on products as their definition says.</summary>
internal sealed class ReferenceColumnConvolutionTests : ConvolutionTests<double>
{
    protected override IConvolution<double> Create(ConvolutionGeometry geometry, int groups) => new ColumnConvolution<double>(geometry, groups, new ReferenceGemm<double>());
}

/// <summary>The same on Math.NET, which takes matrices of its own: it allocates.</summary>
internal sealed class MathNetConvolutionTests : ConvolutionTests<float>
{
    protected override IConvolution<float> Create(ConvolutionGeometry geometry, int groups) => new SimdBackend<float>(new MathNetGemm<float>()).Convolution(geometry, groups);

    public override void AllocatesNothingOnceWarm() => Assert.Ignore("Math.NET allocates");
}

/// <summary>Shifted planes; results wait in other memory, or are stored at once.</summary>
internal abstract class ShiftedConvolutionTests<T> : ConvolutionTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected virtual GemmKernel<T> Kernel => SimdGemm<T>.BestKernel();

    protected override Gen<ConvolutionProblem> Problems => Gen.OneOf(ConvolutionProblem.Generator, ConvolutionProblem.OfWholeRegisters);

    protected override IConvolution<T> Create(ConvolutionGeometry geometry, int groups) => new ShiftedConvolution<T>(geometry, groups, Kernel);
}

/// <summary>Shifted planes, with the kernel that this processor gets.</summary>
internal sealed class ShiftedConvolutionSingleTests : ShiftedConvolutionTests<float>;

/// <inheritdoc cref="ShiftedConvolutionSingleTests"/>
internal sealed class ShiftedConvolutionDoubleTests : ShiftedConvolutionTests<double>;

/// <summary>Shifted planes, with the kernel of processors without AVX-512.</summary>
internal sealed class ShiftedConvolutionVectorTests : ShiftedConvolutionTests<float>
{
    protected override GemmKernel<float> Kernel => new VectorKernel<float>();
}

/// <inheritdoc cref="ShiftedConvolutionVectorTests"/>
internal sealed class ShiftedConvolutionVectorDoubleTests : ShiftedConvolutionTests<double>
{
    protected override GemmKernel<double> Kernel => new VectorKernel<double>();
}

/// <summary>Shifted planes, with the kernels in the order of the phases for each input gradient.</summary>
internal sealed class GatheringShiftedConvolutionTests : ShiftedConvolutionTests<float>
{
    protected override IConvolution<float> Create(ConvolutionGeometry geometry, int groups) => new ShiftedConvolution<float>(geometry, groups, Kernel, gatheringStrips: 0);
}

/// <summary>A channel in each group.</summary>
internal abstract class DepthwiseConvolutionTests<T> : ConvolutionTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override Gen<ConvolutionProblem> Problems => ConvolutionProblem.Depthwise;

    protected override bool Suits(ConvolutionProblem problem) => problem.Channels == 1;

    protected override ConvolutionProblem Fitted(ConvolutionProblem problem) => problem with { Groups = problem.Groups * problem.Channels, Channels = 1, Maps = 2 };

    protected override IConvolution<T> Create(ConvolutionGeometry geometry, int groups) => new DepthwiseConvolution<T>(geometry, groups);
}

internal sealed class DepthwiseConvolutionSingleTests : DepthwiseConvolutionTests<float>;

internal sealed class DepthwiseConvolutionDoubleTests : DepthwiseConvolutionTests<double>;

/// <summary>Kernels of 1x1, which read the image as it is.</summary>
internal sealed class PointwiseConvolutionTests : ConvolutionTests<float>
{
    protected override Gen<ConvolutionProblem> Problems => ConvolutionProblem.OfPoints;

    protected override bool Suits(ConvolutionProblem problem) => PointwiseConvolution<float>.Suits(problem.Geometry);

    protected override ConvolutionProblem Fitted(ConvolutionProblem problem) => problem with { Geometry = ConvolutionGeometry.Square(1) };

    protected override IConvolution<float> Create(ConvolutionGeometry geometry, int groups) => new PointwiseConvolution<float>(groups, new SimdGemm<float>(), lanes: 16);

    [TestCase(1, 1, 0, true)]
    [TestCase(1, 2, 0, false)]
    [TestCase(3, 1, 0, false)]
    [TestCase(3, 1, 1, false)]
    public void SuitsKernelsThatReadEachPositionOnce(int size, int stride, int padding, bool suits) =>
        Assert.That(PointwiseConvolution<float>.Suits(ConvolutionGeometry.Square(size, stride, padding) with { Rounding = Rounding.Floor }), Is.EqualTo(suits));
}

/// <summary>Interleaved images, with the kernel that this processor gets.</summary>
internal sealed class InterleavedConvolutionSingleTests : ConvolutionTests<float>
{
    protected override Gen<ConvolutionProblem> Problems => ConvolutionProblem.OfManySmallImages;

    protected override bool Suits(ConvolutionProblem problem) => InterleavedConvolution<float>.Suits(problem.Geometry, problem.Groups);

    protected override IConvolution<float> Create(ConvolutionGeometry geometry, int groups) => new InterleavedConvolution<float>(geometry, SimdGemm<float>.BestKernel());
}

/// <summary>Interleaved images in double, with the kernel of processors without AVX-512.</summary>
internal sealed class InterleavedConvolutionVectorDoubleTests : ConvolutionTests<double>
{
    protected override Gen<ConvolutionProblem> Problems => ConvolutionProblem.OfManySmallImages;

    protected override bool Suits(ConvolutionProblem problem) => InterleavedConvolution<double>.Suits(problem.Geometry, problem.Groups);

    protected override IConvolution<double> Create(ConvolutionGeometry geometry, int groups) => new InterleavedConvolution<double>(geometry, new VectorKernel<double>());
}

/// <summary>Kernels as large as the image; where the fixture asks for others, whatever the cost rule takes.</summary>
internal sealed class WholeImageConvolutionTests : ConvolutionTests<float>
{
    protected override Gen<ConvolutionProblem> Problems => ConvolutionProblem.OfWholeImages;

    protected override IConvolution<float> Create(ConvolutionGeometry geometry, int groups) => new SimdGemm<float>().Convolution(geometry, groups);

    [TestCase(5, 0, true)]
    [TestCase(5, 1, false)]
    [TestCase(4, 0, false)]
    public void SuitsKernelsThatCoverTheImageAndNothingBesideIt(int size, int padding, bool suits) => Assert.That(
        WholeImageConvolution<float>.Suits(ConvolutionGeometry.Square(size, padding: padding), groups: 1, new Shape(1, 3, 5, 5)), Is.EqualTo(suits));
}

/// <summary>Whichever algorithm the cost rule takes.</summary>
internal sealed class SimdConvolutionTests : ConvolutionTests<float>
{
    protected override IConvolution<float> Create(ConvolutionGeometry geometry, int groups) => new SimdBackend<float>().Convolution(geometry, groups);

    [Test]
    public void AChannelInEachGroupIsDepthwise()
    {
        ConvolutionProblem problem = new(2, 12, 1, 1, 20, 21, ConvolutionGeometry.Square(3, stride: 2, padding: 1) with { Rounding = Rounding.Floor }, true, Seed: 9);
        Assert.That(AllProducts(problem, Create(problem.Geometry, 12)), Is.EqualTo(AllProducts(problem, new DepthwiseConvolution<float>(problem.Geometry, 12))));
        Assert.That(AllProducts(problem, Create(problem.Geometry, 12)), Is.Not.EqualTo(AllProducts(problem, new ColumnConvolution<float>(problem.Geometry, 12, new SimdGemm<float>()))), "they add in another order");
    }
}
