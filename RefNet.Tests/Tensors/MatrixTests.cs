using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Tensors;

[TestFixture]
public sealed class MatrixTests
{
    private static readonly double[] Numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    [Test]
    public void TheTransposeIsTheSameMemoryWithSwappedStrides()
    {
        Matrix<double> a = new(Numbers, 3, 4);
        Matrix<double> t = a.Transposed;
        Assert.That((t.Rows, t.Columns, t.RowStride, t.ColumnStride), Is.EqualTo((4, 3, 1, 4)));
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 4; j++)
                Assert.That(t[j, i], Is.EqualTo(a[i, j]).And.EqualTo(4 * i + j));
    }

    [Test]
    public void SomeRowsAreAMatrixToo()
    {
        Matrix<double> rows = new Matrix<double>(Numbers, 3, 4).RowRange(1, 2);
        Assert.That((rows.Rows, rows.Columns, rows[0, 0], rows[1, 3]), Is.EqualTo((2, 4, 4.0, 11.0)));
        Matrix<double> columns = new Matrix<double>(Numbers, 3, 4).Transposed.RowRange(2, 2).Transposed;
        Assert.That((columns.Rows, columns.Columns, columns[0, 0], columns[2, 1]), Is.EqualTo((3, 2, 2.0, 11.0)), "columns 2 and 3");
        Assert.That(new Matrix<double>(Numbers, 3, 4).RowRange(3, 0).Rows, Is.Zero, "none at the end");
    }

    [Test]
    public void StridesSkipElements()
    {
        Matrix<double> everySecond = new(Numbers, 3, 2, rowStride: 4, columnStride: 2);
        Assert.That((everySecond[0, 1], everySecond[2, 1]), Is.EqualTo((2.0, 10.0)));
        Matrix<double> oneRowRepeated = new(Numbers, 5, 4, rowStride: 0, columnStride: 1);
        Assert.That(oneRowRepeated[4, 3], Is.EqualTo(3));
    }

    [Test]
    public void ARowIsASpanWhereItsElementsStandSideBySide()
    {
        double[] numbers = [.. Numbers];
        new Matrix<double>(numbers, 3, 4).Row(2)[1] = -1;
        Assert.That(numbers[9], Is.EqualTo(-1));
        Assert.That(() => new Matrix<double>(Numbers, 3, 4).Transposed.Row(0).Length,
            Throws.InvalidOperationException.With.Message.Contains("side by side"));
    }

    [Test]
    public void MemoryThatIsTooShortIsAnError()
    {
        Assert.That(() => new Matrix<double>(Numbers, 4, 4).Rows, Throws.ArgumentException.With.Message.Contains("needs 16 elements, found 12"));
        Assert.That(() => new Matrix<double>(Numbers, 2, 4, rowStride: 9, columnStride: 1).Rows, Throws.ArgumentException.With.Message.Contains("needs 13"));
        Assert.That(() => new Matrix<double>(Numbers, 65536, 65536).Rows, Throws.ArgumentException, "2^32 wraps to 0");
        Assert.That(() => new Matrix<double>(Numbers, -1, 4).Rows, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Matrix<double>(Numbers, 2, 2, -1, 1).Rows, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(new Matrix<double>([], 0, 4).Columns, Is.EqualTo(4), "an empty matrix needs none");
    }
}
