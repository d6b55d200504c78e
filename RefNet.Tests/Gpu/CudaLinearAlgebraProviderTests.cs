using System.Numerics;
using System.Reflection;
using FsCheck.Fluent;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using MathNet.Numerics.Providers.LinearAlgebra;
using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Gpu.MathNet;
using RefNet.Randomness;
using RefNet.Tests.Generators;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu;

/// <summary>Math.NET gives the same over CUDA as with its managed provider.</summary>
[TestFixture]
public sealed class CudaLinearAlgebraProviderTests
{
    // Every matrix of the calls below is of this order, symmetric and positive definite, so that all decompositions exist.
    private const int Order = 4;

    private FakeCuda fake = null!;
    private CudaGemm gemm = null!;
    private CudaLinearAlgebraProvider provider = null!;

    [SetUp]
    public void Open()
    {
        fake = new FakeCuda();
        gemm = FakeCuda.CreateGemm();
        provider = new CudaLinearAlgebraProvider(gemm);
    }

    [TearDown]
    public void Close()
    {
        try
        {
            gemm.Dispose();
            fake.AssertClean();
        }
        finally
        {
            fake.Dispose();
        }
    }

    private static IEnumerable<MethodInfo> Methods =>
        new[] { typeof(ILinearAlgebraProvider) }.Concat(typeof(ILinearAlgebraProvider).GetInterfaces()).SelectMany(part => part.GetMethods());

    private static bool IsProduct(MethodInfo method) =>
        method.Name.StartsWith("MatrixMultiply", StringComparison.Ordinal) && method.GetParameters().Any(parameter => parameter.ParameterType == typeof(double[]) || parameter.ParameterType == typeof(float[]));

    [Test]
    public void EveryCallLeavesWhatTheManagedProviderLeaves()
    {
        foreach (MethodInfo method in Methods.Where(method => !IsProduct(method) && method.Name != nameof(ILinearAlgebraProvider.IsAvailable)))
        {
            object?[] expected = Arguments(method);
            object?[] found = Arguments(method);
            object? expectedResult = method.Invoke(ManagedLinearAlgebraProvider.Instance, expected);
            object? foundResult = method.Invoke(provider, found);
            Assert.That(foundResult, Is.EqualTo(expectedResult), $"{method}");
            Assert.That(found, Is.EqualTo(expected), $"{method}");
        }

        Assert.That(Methods.Count(), Is.EqualTo(115));
        Assert.That(fake.Calls, Does.Not.Contain("cublasDgemm_v2").And.Not.Contain("cublasSgemm_v2"));
    }

    [Test]
    public void ProductsRunOnTheCard() => Properties.ForAll(
        from rows in Gen.Choose(1, 9)
        from inner in Gen.Choose(1, 9)
        from columns in Gen.Choose(1, 9)
        from transposeA in Gen.Elements(Transpose.DontTranspose, Transpose.Transpose, Transpose.ConjugateTranspose)
        from transposeB in Gen.Elements(Transpose.DontTranspose, Transpose.Transpose, Transpose.ConjugateTranspose)
        from beta in Gen.Elements(0, 1, -2)
        select (rows, inner, columns, transposeA, transposeB, beta),
        _ => [],
        c =>
        {
            AssertProduct<double>(provider, c.rows, c.inner, c.columns, c.transposeA, c.transposeB, c.beta);
            AssertProduct<float>(provider, c.rows, c.inner, c.columns, c.transposeA, c.transposeB, c.beta);
        });

    [Test]
    public void MatricesOfMathNetGain()
    {
        ILinearAlgebraProvider before = LinearAlgebraControl.Provider;
        try
        {
            LinearAlgebraControl.Provider = provider;
            Assert.That(LinearAlgebraControl.Provider.ToString(), Is.EqualTo("CUDA (Fake Card 0)"));
            Matrix<double> a = Matrix<double>.Build.Dense(3, 5, (i, j) => i - j);
            Matrix<double> b = Matrix<double>.Build.Dense(5, 2, (i, j) => i + 2 * j);
            Assert.That((a * b).ToArray(), Is.EqualTo(Matrix<double>.Build.Dense(3, 2, (i, j) => Enumerable.Range(0, 5).Sum(k => (double)(i - k) * (k + 2 * j))).ToArray()));
            Assert.That(fake.Products, Does.Contain("NN m3 n2 k5 lda3 ldb5 ldc3 x1"), "column-major, as Math.NET is");
            Assert.That(a.TransposeAndMultiply(a).ToArray(), Is.EqualTo((a * a.Transpose()).ToArray()));
            Assert.That(a.TransposeThisAndMultiply(a).ToArray(), Is.EqualTo((a.Transpose() * a).ToArray()));
        }
        finally
        {
            LinearAlgebraControl.Provider = before;
        }
    }

    [Test]
    public void NaNOfTheResultIsOverwrittenWhereBetaIsZero()
    {
        double[] c = [double.NaN, double.NaN];
        provider.MatrixMultiplyWithUpdate(Transpose.DontTranspose, Transpose.DontTranspose, 1, [1, 2], 2, 1, [3], 1, 1, 0, c);
        Assert.That(c, Is.EqualTo(new double[] { 3, 6 }));
    }

    [Test]
    public void AnOperandMayBeTheResult()
    {
        double[] a = [1, 2, 3, 4];
        provider.MatrixMultiply(a, 2, 2, [0, 1, 1, 0], 2, 2, a);
        Assert.That(a, Is.EqualTo(new double[] { 3, 4, 1, 2 }));
    }

    [Test]
    public void MistakesGiveTheErrorsOfTheManagedProvider()
    {
        double[] four = new double[4];
        AssertSameError(p => p.MatrixMultiply(null, 2, 2, four, 2, 2, four));
        AssertSameError(p => p.MatrixMultiply(four, 2, 2, four, 1, 4, new double[8]));
        AssertSameError(p => p.MatrixMultiply(four, 2, 2, four, 2, 2, new double[3]));
        AssertSameError(p => p.MatrixMultiplyWithUpdate(Transpose.DontTranspose, Transpose.Transpose, 1, four, 2, 2, four, 4, 1, 0, new double[8]));

        void AssertSameError(Action<ILinearAlgebraProvider> act)
        {
            Exception expected = Assert.Catch(() => act(ManagedLinearAlgebraProvider.Instance))!;
            Exception found = Assert.Catch(() => act(provider))!;
            Assert.That((found.GetType(), found.Message), Is.EqualTo((expected.GetType(), expected.Message)));
        }
    }

    [Test]
    public void MathNetsOwnCudaIsRefusedWhereItIsMissingAndWhereItMultipliesWrongly()
    {
        ILinearAlgebraProvider before = LinearAlgebraControl.Provider;
        Assert.That(MathNetCuda.TryUse(out string? problem), Is.False);
        Assert.That(problem, Is.EqualTo("not used: the package or its native library is not there"));
        Assert.That(LinearAlgebraControl.Provider, Is.SameAs(before));

        Assert.That(MathNetCuda.Check(provider), Is.Null);
        Assert.That(MathNetCuda.Check(DispatchProxy.Create<ILinearAlgebraProvider, DoesNothing>()), Is.EqualTo("its product is wrong, so it is not used"));
    }

    /// <summary>A provider that fails without a word, as one whose calls check no status does.</summary>
    public class DoesNothing : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => null;
    }

    // All that a call needs, the same each time: matrices, vectors of pivots and the like, extents, factors.
    private static object?[] Arguments(MethodInfo method) => [.. method.GetParameters().Select((parameter, i) => Argument(parameter, i))];

    private static object Argument(ParameterInfo parameter, int seed) => parameter.ParameterType switch
    {
        Type type when type == typeof(int) => Order,
        Type type when type == typeof(bool) => true,
        Type type when type == typeof(Norm) => Norm.FrobeniusNorm,
        Type type when type == typeof(QRMethod) => QRMethod.Full,
        Type type when type == typeof(Transpose) => Transpose.Transpose,
        Type type when type == typeof(int[]) => Enumerable.Range(0, Order).ToArray(),
        Type type when type == typeof(float) => 0.5f,
        Type type when type == typeof(double) => 0.5,
        Type type when type == typeof(Complex) => new Complex(0.5, 0.25),
        Type type when type == typeof(Complex32) => new Complex32(0.5f, 0.25f),
        Type type => Array(type.GetElementType()!, parameter.Name is "tau" or "s" or "vectorEv" ? Order : Order * Order, seed),
    };

    private static Array Array(Type type, int length, int seed)
    {
        Random random = Seeds.Create(seed);
        Matrix<double> b = Matrix<double>.Build.Dense(Order, Order, (_, _) => random.NextDouble());
        double[] values = (b * b.Transpose() + Matrix<double>.Build.DenseIdentity(Order)).ToColumnMajorArray()[..length];
        return type == typeof(double) ? values
            : type == typeof(float) ? values.Select(value => (float)value).ToArray()
            : type == typeof(Complex) ? values.Select(value => new Complex(value, 0)).ToArray()
            : values.Select(value => new Complex32((float)value, 0)).ToArray();
    }

    // Whole numbers, so that no rounding hides or makes a difference.
    private void AssertProduct<T>(
        ILinearAlgebraProvider<T> onCard, int rows, int inner, int columns, Transpose transposeA, Transpose transposeB, int beta) where T : unmanaged, INumber<T>
    {
        (int rowsA, int columnsA) = transposeA == Transpose.DontTranspose ? (rows, inner) : (inner, rows);
        (int rowsB, int columnsB) = transposeB == Transpose.DontTranspose ? (inner, columns) : (columns, inner);
        T[] a = Whole(rows * inner, 1), b = Whole(inner * columns, 2), found = Whole(rows * columns, 3), expected = Whole(rows * columns, 3);
        int calls = fake.Products.Count;
        onCard.MatrixMultiplyWithUpdate(transposeA, transposeB, T.CreateChecked(3), a, rowsA, columnsA, b, rowsB, columnsB, T.CreateChecked(beta), found);
        ((ILinearAlgebraProvider<T>)(object)ManagedLinearAlgebraProvider.Instance).MatrixMultiplyWithUpdate(
            transposeA, transposeB, T.CreateChecked(3), a, rowsA, columnsA, b, rowsB, columnsB, T.CreateChecked(beta), expected);
        Assert.That(found, Is.EqualTo(expected));
        Assert.That(fake.Products, Has.Count.EqualTo(calls + 1), "the card was not asked");

        static T[] Whole(int length, int seed)
        {
            Random random = Seeds.Create(seed);
            return [.. Enumerable.Range(0, length).Select(_ => T.CreateChecked(random.Next(-9, 10)))];
        }
    }
}
