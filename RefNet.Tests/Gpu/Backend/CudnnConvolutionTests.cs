using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FsCheck.Fluent;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Gpu.Api;
using RefNet.Tensors;
using RefNet.Tests.Backends;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Gpu.Backend;

/// <summary>Which convolutions cuDNN computes, by which algorithm, and that the others are computed as without it.</summary>
[TestFixture]
internal sealed class CudnnConvolutionTests
{
    private static readonly CudaOptions withCudnn = new() { UseCudnn = true, CudnnChannels = 1 };

    private static readonly string[] passes = ["cudnnConvolutionForward", "cudnnConvolutionBackwardFilter", "cudnnConvolutionBackwardData"];

    // The numbers of the algorithms of these passes.
    private static readonly int[] products = [1, 1, 1], winograd = [7, 5, 5], fourierTiles = [5, 6, 3];

    // Whole numbers are added without rounding, in any order.
    [Test]
    public void ConvolutionsWithTheSamePaddingOnBothSidesAreThoseOfCudnn()
    {
        using FakeCard<double> card = new(withCudnn);
        Properties.ForAll(ConvolutionProblem.Generator.Select(Symmetric), problem => problem.Shrink().Select(Symmetric), problem =>
        {
            int before = card.Cuda.Products.Count;
            Assert.That(Results(problem, card.Backend), Is.EqualTo(Results(problem, new ReferenceBackend<double>())));
            bool readsImages = problem.Geometry.Rows == new Window(1) && problem.Geometry.Columns == new Window(1);
            Assert.That(Convolutions(card.Cuda.Products.Skip(before)), Is.EqualTo(readsImages ? [] : Convolutions("TensorCores", problem.Groups, products)));
            Assert.That(card.Cuda.Faults, Is.Empty);
        });
    }

    [TestCase(1, 2, Rounding.Exact)]   // more padding after the image
    [TestCase(0, 0, Rounding.Ceiling)] // a last window that hangs over
    public void WhatCudnnCannotDescribeIsComputedByColumns(int before, int after, Rounding rounding)
    {
        Window window = new(3, rounding == Rounding.Ceiling ? 2 : 1, before, after);
        ConvolutionProblem problem = new(2, 1, 3, 4, 6, 6, new ConvolutionGeometry(window, window) { Rounding = rounding }, UseBias: true, Seed: 1);
        using FakeCard<double> card = new(withCudnn);
        Assert.That(Results(problem, card.Backend), Is.EqualTo(Results(problem, new ReferenceBackend<double>())));
        Assert.That(card.Cuda.Products, Has.None.StartsWith("cudnn"));
    }

    [TestCase(0)]
    [TestCase(5)] // one that is not deterministic, one that is not supported, one that says it is, one that needs too much memory, and one that rounds to half
    public void WhereNoAlgorithmFitsColumnsDo(int algorithms)
    {
        ConvolutionProblem problem = new(2, 1, 3, 4, 6, 6, ConvolutionGeometry.Square(3, padding: 1), UseBias: true, Seed: 1);
        using FakeCard<double> card = new(withCudnn, cudnnAlgorithms: algorithms);
        Assert.That(Results(problem, card.Backend), Is.EqualTo(Results(problem, new ReferenceBackend<double>())));
        Assert.That(card.Cuda.Products, Has.None.StartsWith("cudnn"));
    }

    // Without rounding, cuBLAS multiplies as fast as cuDNN, and only other algorithms are faster; Winograd's is inexact for 5x5 kernels.
    [Test]
    public void OperandsOfFloatAreRoundedToTf32OnlyWhereItIsAllowed([Values] bool allowed, [Values(3, 5)] int kernel)
    {
        ConvolutionProblem problem = new(2, 1, 3, 4, 6, 6, ConvolutionGeometry.Square(kernel), UseBias: false, Seed: 1);
        using FakeCard<float> card = new(withCudnn with { AllowTf32 = allowed });
        Results(problem, card.Backend);
        Assert.That(Convolutions(card.Cuda.Products), Is.EqualTo(
            allowed ? Convolutions("TensorCores", 1, products) : Convolutions("Fma", 1, kernel == 3 ? winograd : fourierTiles)));
        Assert.That(card.Backend.Name, Is.EqualTo(allowed ? "cuda (cuDNN, TF32)" : "cuda (cuDNN)"));
    }

    [Test]
    public void ProductsWithoutRoundingAreThoseOfCublas()
    {
        ConvolutionProblem problem = new(2, 1, 3, 4, 6, 6, ConvolutionGeometry.Square(3), UseBias: true, Seed: 1);
        using FakeCard<float> card = new(withCudnn, cudnnAlgorithms: 6); // no transforms
        Assert.That(Results(problem, card.Backend), Is.EqualTo(Results(problem, new ReferenceBackend<float>())));
        Assert.That(Convolutions(card.Cuda.Products), Is.Empty);
    }

    [TestCase(15, 32, 1)]
    [TestCase(32, 15, 1)]
    [TestCase(32, 32, 4)]
    public void ConvolutionsOfFewChannelsAreComputedByColumns(int channels, int maps, int groups)
    {
        ConvolutionProblem problem = new(2, groups, channels / groups, maps / groups, 6, 6, ConvolutionGeometry.Square(3), UseBias: true, Seed: 1);
        using FakeCard<double> card = new(new CudaOptions { UseCudnn = true });
        Assert.That(Results(problem, card.Backend), Is.EqualTo(Results(problem, new ReferenceBackend<double>())));
        Assert.That(Convolutions(card.Cuda.Products), Is.Empty);
    }

    // The sum over the images is not part of one product, whose maps would have to be next to each other.
    [TestCase(1)]
    [TestCase(3)]
    public void WeightGradientsOfOneByOneKernelsAreABatchOfProducts(int groups)
    {
        ConvolutionProblem problem = new(5, groups, 3, 4, 6, 6, ConvolutionGeometry.Square(1), UseBias: true, Seed: 1);
        using FakeCard<double> card = new(new CudaOptions { LargePositions = 36 });
        Assert.That(Results(problem, card.Backend), Is.EqualTo(Results(problem, new ReferenceBackend<double>())));
        Assert.That(card.Cuda.Calls.Count(call => call == "cublasDgemmStridedBatched"), Is.EqualTo(3 * groups));
    }

    [Test]
    public void ConvolutionsWithTheSameShapesAreDescribedOnce()
    {
        ConvolutionProblem problem = new(2, 1, 3, 4, 6, 6, ConvolutionGeometry.Square(3), UseBias: true, Seed: 1);
        using FakeCard<float> card = new(withCudnn);
        Results(problem, card.Backend);
        int before = card.Cuda.Calls.Count;
        Results(problem, card.Backend);
        string[] calls = [.. card.Cuda.Calls.Skip(before).Where(call => call.StartsWith("cudnn", StringComparison.Ordinal))];
        Assert.That(calls, Is.EqualTo(passes.SelectMany(pass => new[] { "cudnnSetConvolutionMathType", pass })));
    }

    [Test]
    public void WithoutTheOptionCudnnIsNotEvenLoaded()
    {
        using FakeCard<float> card = new();
        Results(new ConvolutionProblem(2, 1, 3, 4, 6, 6, ConvolutionGeometry.Square(3), UseBias: true, Seed: 1), card.Backend);
        Assert.That(card.Cuda.Calls, Has.None.StartsWith("cudnn"));
        Assert.That(card.Backend.Device.Api.Cudnn.IsValueCreated, Is.False);
    }

    // In cudnn_cnn.h: two enums, a float, a size_t, two enums and three ints.
    [Test]
    public void AnAlgorithmHasTheFieldsOfTheHeader()
    {
        Assert.That(Unsafe.SizeOf<CudnnAlgorithm>(), Is.EqualTo(48));
        Assert.That(new[] { "Number", "Status", "Time", "Memory", "Determinism", "Math" }.Select(field => (int)Marshal.OffsetOf<CudnnAlgorithm>($"<{field}>k__BackingField")),
            Is.EqualTo(new[] { 0, 4, 8, 16, 24, 28 }));
    }

    private static IEnumerable<string> Convolutions(IEnumerable<string> products) => products.Where(product => product.StartsWith("cudnn", StringComparison.Ordinal));

    private static IEnumerable<string> Convolutions(string math, int groups, int[] algorithms) =>
        passes.Zip(algorithms, (pass, algorithm) => $"{pass} {math} groups {groups} algorithm {algorithm}");

    // As much padding after the image as before it, and an output that is rounded down.
    private static ConvolutionProblem Symmetric(ConvolutionProblem problem)
    {
        Window rows = Symmetric(problem.Geometry.Rows), columns = Symmetric(problem.Geometry.Columns);
        return problem with
        {
            Geometry = problem.Geometry with { Rows = rows, Columns = columns, Rounding = Rounding.Floor },
            Height = Math.Max(problem.Height, rows.Reach - 2 * rows.Before),
            Width = Math.Max(problem.Width, columns.Reach - 2 * columns.Before),
        };

        static Window Symmetric(Window window) => new(window.Size, window.Stride, window.Before, window.Before, window.Dilation);
    }

    private static double[] Results<T>(ConvolutionProblem problem, IBackend<T> backend) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return [.. problem.Results(backend, Whole).SelectMany(tensor => tensor.Values.ToArray()).Select(double.CreateChecked)];

        Tensor<T> Whole(Shape shape, int purpose) => new(shape, [.. problem.Numbers<double>(shape, purpose).Values.ToArray().Select(value => T.CreateChecked(Math.Round(9 * value)))]);
    }
}
