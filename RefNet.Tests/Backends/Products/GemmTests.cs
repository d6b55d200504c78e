using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Backends;

/// <summary>What every matrix product must do; a fixture below closes it for each implementation and precision.</summary>
public abstract class GemmTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The implementation under test.</summary>
    protected abstract IGemm<T> Create();

    /// <summary>Small extents of every kind; the edges of register tiles and of LeNet's products among them.</summary>
    private static Gen<int> Extents { get; } = Gen.Frequency(
        (1, Gen.Constant(0)),
        (12, Gen.Choose(1, 20)),
        (4, Gen.Elements(6, 10, 16, 24, 25, 32, 47, 48, 49, 84, 96, 97, 120)));

    private static Gen<double> Factors { get; } = Gen.Elements(0.0, 1.0, -1.0, 0.5, 3.0);

    private static Gen<GemmCase> Cases { get; } =
        from rows in Extents
        from inner in Extents
        from columns in Extents
        from layoutA in GemmCase.Layouts
        from layoutB in GemmCase.Layouts
        from layoutC in GemmCase.Layouts
        from alpha in Factors
        from beta in Factors
        from seed in Gen.Choose(0, 1_000_000)
        select new GemmCase(rows, inner, columns, layoutA, layoutB, layoutC, alpha, beta, seed);

    [Test]
    public void AgreesWithTheDefinition() => Properties.ForAll(Cases, c => c.Shrink(), c => AssertAgrees(c, new Expected<T>(c)));

    [TestCase(1, 300, 1)]
    [TestCase(1, 1100, 50)]     // a row, and a sum that is cut into blocks
    [TestCase(300, 1, 70)]      // an outer product
    [TestCase(6, 25, 784)]      // LeNet C1
    [TestCase(6, 784, 25)]      // the gradient of its weights
    [TestCase(3, 2500, 5)]      // long dot products
    [TestCase(16, 150, 100)]    // LeNet C3
    [TestCase(64, 84, 10)]      // LeNet's last layer
    [TestCase(131, 517, 203)]   // more than one block and more than one thread
    [TestCase(600, 512, 100)]   // the largest block of A, not a whole number of tiles
    [TestCase(1030, 40, 33)]    // tall
    public virtual void AgreesWithTheDefinitionOnLargeShapes(int rows, int inner, int columns)
    {
        GemmCase rowMajor = new(rows, inner, columns, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 0.5, 1, Seed: 1);
        Expected<T> expected = new(rowMajor);
        foreach (Layout layoutA in Enum.GetValues<Layout>())
        {
            foreach (Layout layoutB in Enum.GetValues<Layout>())
                AssertAgrees(rowMajor with { LayoutA = layoutA, LayoutB = layoutB }, expected);
        }
    }

    [Test]
    public void IsExactOnSmallIntegers() => Properties.ForAll(Cases, c => c.Shrink(), c =>
    {
        Operands<T> operands = new(c with { Alpha = 2, Beta = -3 }, random => random.Next(-8, 9));
        Operands<T> expected = new(c with { Alpha = 2, Beta = -3 }, random => random.Next(-8, 9));
        operands.Multiply(Create());
        expected.Multiply(new ReferenceGemm<T>());
        Assert.That(operands.C.Memory, Is.EqualTo(expected.C.Memory));
    });

    [TestCase(3, 5, 7)]
    [TestCase(6, 25, 784)]
    [TestCase(3, 0, 7)] // an empty sum is 0
    public void BetaZeroOverwritesNaN(int rows, int inner, int columns)
    {
        Operands<T> operands = new(new GemmCase(rows, inner, columns, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 1, 0, Seed: 1));
        Span<T> c = operands.C.Memory.AsSpan(0, rows * columns);
        c.Fill(T.NaN);
        operands.Multiply(Create());
        Assert.That(TensorPrimitives.IsNaNAny<T>(c), Is.False, "C was read although beta is 0");
    }

    [Test]
    public void NaNAndInfinityReachTheirElementsAndNoOthers()
    {
        Operands<T> operands = new(new GemmCase(9, 11, 53, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 1, 0, Seed: 1));
        operands.A.View[4, 5] = T.NaN;
        operands.B.View[7, 50] = T.PositiveInfinity;
        operands.Multiply(Create());
        for (int i = 0; i < 9; i++)
        {
            for (int j = 0; j < 53; j++)
                Assert.That(T.IsFinite(operands.C.View[i, j]), Is.EqualTo(i != 4 && j != 50), $"C[{i}, {j}] = {operands.C.View[i, j]}");
        }
    }

    [Test]
    public void GivesTheSameBitsOnAnyNumberOfThreads([Values(6, 64, 131)] int rows, [Values(25, 700)] int inner, [Values(10, 400)] int columns)
    {
        int threads = ParallelLoop.MaxThreads;
        try
        {
            List<T[]> results = [];
            foreach (int maxThreads in new[] { 1, 2, 3, 7 })
            {
                ParallelLoop.MaxThreads = maxThreads;
                Operands<T> operands = new(new GemmCase(rows, inner, columns, Layout.RowMajor, Layout.ColumnMajor, Layout.RowMajor, 0.7, 0.3, Seed: 1));
                operands.Multiply(Create());
                results.Add(operands.C.Memory);
            }

            for (int run = 1; run < results.Count; run++)
                Assert.That(results[run].AsSpan().SequenceEqual(results[0]), Is.True, $"run {run} differs from the run on 1 thread");
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }
    }

    [Test]
    public void RefusesExtentsThatDoNotFit()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            Create().Multiply(T.One, new Matrix<T>(new T[6], 2, 3), new Matrix<T>(new T[8], 4, 2), T.Zero, new Matrix<T>(new T[4], 2, 2)))!;
        Assert.That(error.Message, Does.Contain("(2x3)(4x2) = 2x2"));
    }

    private void AssertAgrees(GemmCase c, Expected<T> expected)
    {
        Operands<T> operands = new(c);
        operands.Multiply(Create());
        for (int i = 0; i < c.Rows; i++)
        {
            for (int j = 0; j < c.Columns; j++)
            {
                (T value, double tolerance) = expected[i, j];
                if (!(Math.Abs(double.CreateChecked(operands.C.View[i, j] - value)) <= tolerance))
                    Assert.Fail($"{c}: C[{i}, {j}] = {operands.C.View[i, j]}, expected {value} ± {tolerance}");
            }
        }

        Assert.That(operands.C.Gaps, Is.All.EqualTo(MatrixMemory<T>.GapValue), $"{c}: memory between the elements of C was written");
    }
}

public sealed class MathNetGemmSingleTests : GemmTests<float>
{
    protected override IGemm<float> Create() => new MathNetGemm<float>();
}

public sealed class MathNetGemmDoubleTests : GemmTests<double>
{
    protected override IGemm<double> Create() => new MathNetGemm<double>();

    [Test]
    public void RefusesOtherNumbers()
    {
        MathNetGemm<Half> gemm = new();
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => gemm.Multiply(default, default, default, default, default))!;
        Assert.That(error.Message, Does.Contain("not Half"));
    }
}

/// <summary>The kernel that this processor gets.</summary>
public sealed class SimdGemmSingleTests : GemmTests<float>
{
    protected override IGemm<float> Create() => new SimdGemm<float>();
}

/// <inheritdoc cref="SimdGemmSingleTests"/>
public sealed class SimdGemmDoubleTests : GemmTests<double>
{
    protected override IGemm<double> Create() => new SimdGemm<double>();
}

/// <summary>
/// The kernel of processors without AVX-512. Run the tests with DOTNET_EnableAVX512=0 to have it chosen as on such a
/// processor, and with DOTNET_EnableAVX2=0 to have it compute in 128-bit registers.
/// </summary>
public sealed class VectorGemmSingleTests : GemmTests<float>
{
    protected override IGemm<float> Create() => new SimdGemm<float>(new VectorKernel<float>());
}

/// <inheritdoc cref="VectorGemmSingleTests"/>
public sealed class VectorGemmDoubleTests : GemmTests<double>
{
    protected override IGemm<double> Create() => new SimdGemm<double>(new VectorKernel<double>());
}
