using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    /// <summary>C of Rows x Columns from factors with Inner columns and rows, either of them as a transpose.</summary>
    public sealed record Product(int Rows, int Inner, int Columns, bool TransposeA, bool TransposeB, int Seed)
    {
        public static Gen<Product> Generator { get; } =
            from rows in Extents
            from inner in Extents
            from columns in Extents
            from transposeA in Gen.Elements(true, false)
            from transposeB in Gen.Elements(true, false)
            from seed in Gen.Choose(0, 1_000_000_000)
            select new Product(rows, inner, columns, transposeA, transposeB, seed);

        // The edges of register tiles and of LeNet's products among them.
        private static Gen<int> Extents => Gen.Frequency((3, Gen.Choose(1, 20)), (1, Gen.Elements(24, 25, 32, 48, 49, 84, 97, 120)));

        public Shape A => TransposeA ? new Shape(Inner, Rows) : new Shape(Rows, Inner);

        public Shape B => TransposeB ? new Shape(Columns, Inner) : new Shape(Inner, Columns);

        public Shape C => new(Rows, Columns);

        public IEnumerable<Product> Shrink()
        {
            if (Rows > 1)
                yield return this with { Rows = Rows / 2 };
            if (Inner > 1)
                yield return this with { Inner = Inner / 2 };
            if (Columns > 1)
                yield return this with { Columns = Columns / 2 };
            if (TransposeA)
                yield return this with { TransposeA = false };
            if (TransposeB)
                yield return this with { TransposeB = false };
        }

        public Factor<TNumber> First<TNumber>(Tensor<TNumber> a) where TNumber : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<TNumber> => new(a, TransposeA);

        public Factor<TNumber> Second<TNumber>(Tensor<TNumber> b) where TNumber : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<TNumber> => new(b, TransposeB);
    }

    [Test]
    public void ProductIsThatOfTheDefinition() => ForAll(Product.Generator, product => product.Shrink(), product => product.Seed, CheckProduct);

    [TestCase(1, 1100, 50)]     // a row, and a sum that is cut into blocks
    [TestCase(64, 84, 10)]      // LeNet's last layer
    [TestCase(131, 517, 203)]   // more than one block and more than one thread
    public void LargeProductsAreThoseOfTheDefinition(int rows, int inner, int columns)
    {
        foreach ((bool transposeA, bool transposeB) in new[] { (false, false), (true, false), (false, true) })
            CheckProduct(new Product(rows, inner, columns, transposeA, transposeB, Seed: 1), new Call<T>(seed: 1));
    }

    private void CheckProduct(Product product, Call<T> call)
    {
        Tensor<T> a = call.Operand("A", product.A), b = call.Operand("B", product.B), c = Call<T>.Result(product.C);
        Backend.Product(product.First(a), product.Second(b), c);
        AssertClose("C = A B", c,
            Written(c.Shape, y => truth.Product(product.First(Wide(a)), product.Second(Wide(b)), y)),
            Written(c.Shape, y => truth.Product(product.First(Sizes(a)), product.Second(Sizes(b)), y)), product.Inner);
    }

    [Test]
    public void AddProductAdds() => ForAll(Product.Generator, product => product.Shrink(), product => product.Seed, (product, call) =>
    {
        Tensor<T> a = call.Operand("A", product.A), b = call.Operand("B", product.B), c = call.Sum(product.C);
        Tensor<double> expected = Wide(c), magnitude = Sizes(c);
        truth.AddProduct(product.First(Wide(a)), product.Second(Wide(b)), expected);
        truth.AddProduct(product.First(Sizes(a)), product.Second(Sizes(b)), magnitude);
        Backend.AddProduct(product.First(a), product.Second(b), c);
        AssertClose("C += A B", c, expected, magnitude, product.Inner + 1);
    });

    /// <summary>A batch of images is a matrix with a row an image.</summary>
    [Test]
    public void AFactorHasARowForEachIndexOfItsFirstAxis()
    {
        Call<T> call = new(seed: 1);
        Tensor<T> x = call.Operand("x", new Shape(3, 2, 4, 5)), w = call.Operand("w", new Shape(7, 40)), y = Call<T>.Result(new Shape(3, 7, 1, 1));
        Backend.Product(x, w.Transposed, y);
        AssertClose("Y = X Wᵀ", y,
            Written(y.Shape, product => truth.Product(Wide(x), Wide(w).Transposed, product)),
            Written(y.Shape, product => truth.Product(Sizes(x), Sizes(w).Transposed, product)), 40);
        call.AssertOperandsAreAsBefore();
    }

    [Test]
    public void ANaNStaysInItsRowAndItsColumn()
    {
        Call<T> call = new(seed: 2);
        Tensor<T> a = call.Operand("A", new Shape(9, 11)), b = call.Operand("B", new Shape(11, 53)), c = Call<T>.Result(new Shape(9, 53));
        a[4, 5] = T.NaN;
        b[7, 50] = T.PositiveInfinity;
        Backend.Product(a, b, c);
        for (int i = 0; i < 9; i++)
        {
            for (int j = 0; j < 53; j++)
                Assert.That(T.IsFinite(c[i, j]), Is.EqualTo(i != 4 && j != 50), $"C[{i}, {j}] = {c[i, j]}: row 4 holds a NaN, column 50 an infinity");
        }
    }
}
