using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    /// <summary>Windows over a batch of images.</summary>
    public sealed record Pooling(int N, int C, int H, int W, PoolingGeometry Geometry, int Seed)
    {
        public static Gen<Pooling> Generator { get; } =
            from seed in Gen.Choose(0, 1_000_000_000)
            select Draw(seed);

        public Shape X => new(N, C, H, W);

        public Shape Y => Geometry.Output(X.Sample, C).Batch(N);

        // A window holds a cell of the image at least.
        public int Cells => Geometry.Cells;

        public IEnumerable<Pooling> Shrink()
        {
            if (N > 1)
                yield return this with { N = 1 };
            if (C > 1)
                yield return this with { C = 1 };
            foreach ((Window rows, int h) in GeometryDraws.Smaller(Geometry.Rows, H, Geometry.Rounding))
                yield return this with { Geometry = Geometry with { Rows = rows }, H = h };
            foreach ((Window columns, int w) in GeometryDraws.Smaller(Geometry.Columns, W, Geometry.Rounding))
                yield return this with { Geometry = Geometry with { Columns = columns }, W = w };
        }

        // Half of them are the usual windows side by side, 2x2; rows may hold more windows than a register.
        private static Pooling Draw(int seed)
        {
            Random random = Seeds.Create(seed);
            Rounding rounding = random.OneOf(Rounding.Exact, Rounding.Floor, Rounding.Ceiling);
            (Window rows, Window columns) = random.OneOf(true, false) ? (random.PoolingWindow(), random.PoolingWindow()) : (new Window(2, 2), new Window(2, 2));
            int more = random.Between(0, 20) * columns.Stride;
            return new Pooling(random.Between(1, 5), random.Between(1, 4), random.Extent(rows, rounding), random.Extent(columns, rounding) + more,
                new PoolingGeometry(rows, columns) { Rounding = rounding }, seed);
        }
    }

    // Few whole numbers, so that maxima have equals and sums are exact.
    [Test]
    public void MaxPoolingIsThatOfTheDefinition() => ForAllPoolings((pooling, call) =>
        CheckMaxima(pooling, call, random => random.Next(-3, 4)));

    [Test]
    public void MaxPoolingTakesNaNAndInfinities() => ForAllPoolings((pooling, call) =>
        CheckMaxima(pooling, call, random => random.OneOf(0, 1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity)));

    [Test]
    public void AWindowOfMinusInfinitiesHasAWinner()
    {
        Tensor<T> x = new(new Shape(1, 1, 4, 20)), y = Call<T>.Result(new Shape(1, 1, 2, 10)), dY = new(y.Shape), dX = Call<T>.Result(x.Shape);
        x.Span.Fill(T.NegativeInfinity);
        dY.Span.Fill(T.One);
        IPooling<T> pooling = Backend.MaxPooling(PoolingGeometry.Square(2));
        pooling.Forward(x, y);
        pooling.Backward(x, y, dY, dX);
        Assert.That(y.Values.ToArray(), Is.All.EqualTo(T.NegativeInfinity));
        for (int i = 0; i < dX.Count; i++)
            Assert.That(dX.Values[i], Is.EqualTo(i / 20 % 2 == 0 && i % 2 == 0 ? T.One : T.Zero), $"element {i}: the first cell of each window wins");
    }

    [Test]
    public void SumPoolingIsThatOfTheDefinition() => ForAllPoolings((pooling, call) =>
        CheckSums(pooling, call, Backend.SumPooling(pooling.Geometry), truth.SumPooling(pooling.Geometry)));

    [Test]
    public void AveragePoolingIsThatOfTheDefinition([Values] bool countPadding) => ForAllPoolings((pooling, call) =>
        CheckSums(pooling, call, Backend.AveragePooling(pooling.Geometry, countPadding), truth.AveragePooling(pooling.Geometry, countPadding)));

    [Test]
    public void OnePoolingTakesBatchesAndImagesOfAnySize()
    {
        IPooling<T> maxima = Backend.MaxPooling(PoolingGeometry.Square(2)), means = Backend.AveragePooling(PoolingGeometry.Square(2), countPadding: true);
        foreach (Shape shape in new[] { new Shape(1, 2, 4, 6), new Shape(5, 3, 8, 12), new Shape(1, 2, 6, 4) })
        {
            Pooling pooling = new(shape[0], shape[1], shape[2], shape[3], PoolingGeometry.Square(2), Seed: 1);
            CheckMaxima(pooling, new Call<T>(1), random => random.Next(-3, 4), maxima);
            CheckSums(pooling, new Call<T>(1), means, truth.AveragePooling(pooling.Geometry, countPadding: true));
        }
    }

    private void CheckMaxima(Pooling pooling, Call<T> call, Func<Random, double> number, IPooling<T>? maxima = null)
    {
        maxima ??= Backend.MaxPooling(pooling.Geometry);
        Tensor<T> x = call.Operand("x", pooling.X, number), dY = call.Operand("dY", pooling.Y, random => random.Next(-3, 4));
        Tensor<T> y = Call<T>.Result(pooling.Y), dX = Call<T>.Result(pooling.X), expected = new(pooling.Y), expectedGradient = new(pooling.X);
        definition.MaxPooling(pooling.Geometry).Forward(x, expected);
        definition.MaxPooling(pooling.Geometry).Backward(x, expected, dY, expectedGradient);
        maxima.Forward(x, y);
        AssertEqual("y", y, expected);
        maxima.Backward(x, call.Operand("y", y), dY, dX);
        AssertEqual("dX", dX, expectedGradient);
    }

    // At most Cells terms in y, and at most Cells windows over a cell; the mean takes two operations more.
    private static void CheckSums(Pooling pooling, Call<T> call, IPooling<T> found, IPooling<double> definition)
    {
        Tensor<T> x = call.Operand("x", pooling.X), dY = call.Operand("dY", pooling.Y), y = Call<T>.Result(pooling.Y), dX = Call<T>.Result(pooling.X);
        found.Forward(x, y);
        AssertClose("y", y, Written(y.Shape, result => definition.Forward(Wide(x), result)), Written(y.Shape, result => definition.Forward(Sizes(x), result)), pooling.Cells + 2);
        found.Backward(x, call.Operand("y", y), dY, dX);
        AssertClose("dX", dX,
            Written(dX.Shape, result => definition.Backward(Wide(x), Wide(y), Wide(dY), result)),
            Written(dX.Shape, result => definition.Backward(Wide(x), Wide(y), Sizes(dY), result)), pooling.Cells + 2);
    }

    private static void ForAllPoolings(Action<Pooling, Call<T>> check) => ForAll(Pooling.Generator, pooling => pooling.Shrink(), pooling => pooling.Seed, check);
}
