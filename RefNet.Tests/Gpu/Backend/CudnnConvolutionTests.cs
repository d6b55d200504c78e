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
    private static readonly CudaOptions withCudnn = new() { UseCudnn = true };

    private static readonly string[] passes = ["cudnnConvolutionForward", "cudnnConvolutionBackwardFilter", "cudnnConvolutionBackwardData"];

    // Whole numbers are added without rounding, in any order.
    [Test]
    public void ConvolutionsWithTheSamePaddingOnBothSidesAreThoseOfCudnn()
    {
        using FakeCard<double> card = new(withCudnn);
        Properties.ForAll(ConvolutionProblem.Generator.Select(Symmetric), problem => problem.Shrink().Select(Symmetric), problem =>
        {
            int before = card.Cuda.Products.Count;
            Assert.That(Results(problem, card.Backend), Is.EqualTo(Results(problem, new ReferenceBackend<double>())));
            string used = $"TensorCores groups {problem.Groups}";
            Assert.That(card.Cuda.Products.Skip(before), Is.EqualTo(passes.Select(pass => $"{pass} {used}")));
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

    [TestCase(false, "Fma")]
    [TestCase(true, "TensorCores")]
    public void OperandsOfFloatAreRoundedToTf32OnlyWhereItIsAllowed(bool allowed, string math)
    {
        ConvolutionProblem problem = new(2, 1, 3, 4, 6, 6, ConvolutionGeometry.Square(3), UseBias: false, Seed: 1);
        using FakeCard<float> card = new(withCudnn with { AllowTf32 = allowed });
        Results(problem, card.Backend);
        Assert.That(card.Cuda.Products.Where(product => product.StartsWith("cudnn", StringComparison.Ordinal)), Is.EqualTo(passes.Select(pass => $"{pass} {math} groups 1")));
        Assert.That(card.Backend.Name, Is.EqualTo(allowed ? "cuda (cuDNN, TF32)" : "cuda (cuDNN)"));
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
