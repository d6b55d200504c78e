using System.Numerics;
using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu;

/// <summary>The kernels of columns.cu against the managed columns: the same bits, whatever the grid.</summary>
[TestFixture]
public sealed unsafe class ColumnKernelTests
{
    private const int Images = 3;

    private static readonly (int Blocks, int BlockRows, int Threads)[] grids = [(1, 1, 1), (1, 1, 7), (3, 2, 4), (2, 64, 32)];

    [Test]
    public void CompiledOnTheHostTheyGiveTheManagedBits()
    {
        if (HostKernels.TryCompile() is not { } kernels)
        {
            Assert.Ignore("There is no C++ compiler: g++ was not found.");
            return;
        }

        Properties.ForAll(CaseGenerators.OfLayer(nameof(Convolution2D<>)), c =>
        {
            AssertSame<float>((ConvolutionCase)c, kernels);
            AssertSame<double>((ConvolutionCase)c, kernels);
        });
    }

    [Test]
    public void TheLoopsOfTheFakeGiveTheManagedBits() => Properties.ForAll(CaseGenerators.OfLayer(nameof(Convolution2D<>)), c => AssertSame<double>((ConvolutionCase)c, new ManagedKernels()));

    [Test]
    public void TheShapeIsOfTheSizeThatTheKernelsExpect()
    {
        if (HostKernels.TryCompile() is { } kernels)
            Assert.That(kernels.SizeOfShape, Is.EqualTo((uint)sizeof(ColumnShape)));
        else
            Assert.Ignore("There is no C++ compiler: g++ was not found.");
    }

    private static void AssertSame<T>(ConvolutionCase c, IKernelRunner kernels) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ColumnShape shape = new(c.Geometry, Images, c.Groups * c.InputsPerGroup, c.Height, c.Width, c.Groups * c.OutputsPerGroup);
        T[] images = Random<T>((int)(Images * shape.ImageElements), 1);
        T[] columns = Random<T>((int)(Images * shape.ColumnElements), 2);
        T[] bias = Random<T>(shape.Outputs, 3);
        T[] maps = Random<T>((int)(Images * shape.MapElements), 4);
        T[] expectedMaps = [.. maps.Select((value, e) => value + bias[e / (Images * shape.Positions)])];
        T[] expectedColumns = new T[columns.Length];
        T[] expectedImages = new T[images.Length];
        for (int n = 0; n < Images; n++)
        {
            Span<T> OfImage(T[] all, long elements) => all.AsSpan((int)(n * elements), (int)elements);
            // The columns of the images stand side by side.
            Matrix<T> ColumnsOf(T[] all) => new(all.AsSpan(n * shape.Positions), shape.Rows, shape.Positions, Images * shape.Positions, 1);
            ImageColumns.Gather(OfImage(images, shape.ImageElements), shape.Channels, c.Height, c.Width, c.Geometry, ColumnsOf(expectedColumns));
            ImageColumns.ScatterAdd(ColumnsOf(columns), shape.Channels, c.Height, c.Width, c.Geometry, OfImage(expectedImages, shape.ImageElements));
        }

        foreach ((int blocks, int blockRows, int threads) in grids)
        {
            Assert.That(Run("images_to_columns", images, Poisoned(columns.Length), blocks, blockRows, threads), Is.EqualTo(expectedColumns), $"columns by {blocks} x {blockRows} x {threads} threads");
            Assert.That(Run("columns_to_images", columns, Poisoned(images.Length), blocks, blockRows, threads), Is.EqualTo(expectedImages), $"images by {blocks} x {blockRows} x {threads} threads");
            Assert.That(Run("add_bias", bias, [.. maps], blocks, blockRows, threads), Is.EqualTo(expectedMaps), $"bias by {blocks} x {blockRows} x {threads} threads");
        }

        static T[] Poisoned(int length)
        {
            T[] values = new T[length];
            Array.Fill(values, T.NaN);
            return values;
        }

        T[] Run(string kernel, T[] from, T[] to, int blocks, int blockRows, int threads)
        {
            fixed (T* source = from, target = to)
            {
                nint sourceAddress = (nint)source, targetAddress = (nint)target;
                ColumnShape argument = shape;
                void** arguments = stackalloc void*[] { &argument, &sourceAddress, &targetAddress };
                kernels.Run(new KernelCall(new FakeFunction(kernel, typeof(T) == typeof(double)), arguments, new LaunchGrid(blocks, blockRows, threads, 1)));
            }

            return to;
        }
    }

    private static T[] Random<T>(int length, int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = Seeds.Create(seed);
        return [.. Enumerable.Range(0, length).Select(_ => T.CreateChecked(2 * random.NextDouble() - 1))];
    }
}
