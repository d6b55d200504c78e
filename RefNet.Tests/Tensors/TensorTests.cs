using System.Numerics;
using System.Runtime.CompilerServices;
using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Tensors;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class TensorTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Test]
    public void ElementsAreRowMajorTheLastAxisFastest()
    {
        Tensor<T> t = Counting(2, 3, 4, 5);
        Assert.That(t[1, 2, 3, 4], Is.EqualTo(T.CreateChecked(2 * 3 * 4 * 5 - 1)));
        Assert.That(t[1, 0, 2, 3], Is.EqualTo(T.CreateChecked(((1 * 3 + 0) * 4 + 2) * 5 + 3)));
        Assert.That(Counting(2, 3, 4)[1, 2, 0], Is.EqualTo(T.CreateChecked(20)));
        Assert.That(Counting(2, 3)[1, 1], Is.EqualTo(T.CreateChecked(4)));
        Assert.That(Counting(4)[2], Is.EqualTo(T.CreateChecked(2)));
    }

    [Test]
    public void ANewTensorIsZeroAndWritable()
    {
        Tensor<T> t = new(new Shape(3, 5));
        Assert.That(t.Values.ToArray(), Is.All.EqualTo(T.Zero));
        t[2, 4] = T.One;
        Assert.That(t.Values[^1], Is.EqualTo(T.One));
    }

    [Test]
    public void ASampleIsAPartOfTheTensor()
    {
        Tensor<T> t = Counting(3, 2, 2);
        t.SampleSpan(1)[0] = -T.One;
        Assert.That(t[1, 0, 0], Is.EqualTo(-T.One));
        Assert.That(t.Sample(2).ToArray(), Is.EqualTo(Numbers(8, 9, 10, 11)));
    }

    [Test]
    public void APlaneIsOneChannelOfOneSample()
    {
        Tensor<T> t = Counting(2, 3, 2, 2);
        Assert.That(t.Plane(1, 2).ToArray(), Is.EqualTo(Numbers(20, 21, 22, 23)));
        t.PlaneSpan(1, 2)[3] = -T.One;
        Assert.That(t[1, 2, 1, 1], Is.EqualTo(-T.One));
        Assert.That(Counting(2, 3).Plane(1, 2).ToArray(), Is.EqualTo(Numbers(5)), "of vectors one number");
    }

    [Test]
    public void MemoryIsTakenAtFirstUse()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Tensor<T> t = new(new Shape(1 << 30));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000));
        Assert.That(t.Count, Is.EqualTo(1 << 30));
    }

    [Test]
    public void AFactorIsTheMatrixOrItsTranspose()
    {
        Factor<T> factor = Counting(3, 2, 2), transposed = Counting(3, 2, 2).Transposed;
        Assert.That((factor.Rows, factor.Columns, factor.IsTransposed), Is.EqualTo((3, 4, false)));
        Assert.That((transposed.Rows, transposed.Columns, transposed.IsTransposed), Is.EqualTo((4, 3, true)));
    }

    [Test]
    public void AMatrixHasARowForEachSample()
    {
        Matrix<T> matrix = Counting(3, 2, 2).AsMatrix();
        Assert.That((matrix.Rows, matrix.Columns), Is.EqualTo((3, 4)));
        Assert.That(matrix[2, 1], Is.EqualTo(T.CreateChecked(9)));
    }

    [Test]
    public void ReshapeSharesTheElements()
    {
        Tensor<T> t = Counting(2, 6);
        Tensor<T> view = t.Reshape(new Shape(3, 4));
        view[2, 3] = -T.One;
        Assert.That(t[1, 5], Is.EqualTo(-T.One));
        Assert.That(() => t.Reshape(new Shape(5)), Throws.ArgumentException.With.Message.Contains("2x6 (12 elements)").And.Message.Contains("5 (5 elements)"));
    }

    [Test]
    public void CloneAndCopyAreTensorsOfTheirOwn()
    {
        Tensor<T> t = Counting(2, 2);
        Tensor<T> clone = t.Clone();
        Tensor<T> copy = new(new Shape(4), t.Values);
        t.Span.Clear();
        Assert.That(clone.Values.ToArray(), Is.EqualTo(Numbers(0, 1, 2, 3)));
        Assert.That(copy.Values.ToArray(), Is.EqualTo(Numbers(0, 1, 2, 3)));
        Assert.That(() => t.CopyFrom(Numbers(1, 2)), Throws.ArgumentException.With.Message.Contains("Expected 4 values for shape 2x2, found 2"));
    }

    [Test]
    public void AnIndexOutsideTheShapeIsAnErrorEvenInsideTheMemory()
    {
        Tensor<T> t = Counting(2, 3);
        Assert.That(() => t[0, 3], Throws.TypeOf<IndexOutOfRangeException>().With.Message.Contains("Index 3 of axis 1").And.Message.Contains("2x3"));
        Assert.That(() => t[-1, 0], Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => t[0, 0, 0], Throws.ArgumentException.With.Message.Contains("needs 2 indices, found 3"));
    }

    [Test]
    public void ReuseKeepsTheMemoryWhereItIsLargeEnough()
    {
        Tensor<T>? t = null;
        Tensor<T> first = Tensor<T>.Reuse(ref t, new Shape(4, 3));
        Assert.That(Tensor<T>.Reuse(ref t, new Shape(4, 3)), Is.SameAs(first), "the same shape");

        first.Span.Fill(T.One);
        Tensor<T> smaller = Tensor<T>.Reuse(ref t, new Shape(5));
        Assert.That(smaller.Shape, Is.EqualTo(new Shape(5)));
        Assert.That(smaller.Values.ToArray(), Is.All.EqualTo(T.One), "the same memory");
        Assert.That(smaller, Is.SameAs(first), "no object is made anew");

        Tensor<T> again = Tensor<T>.Reuse(ref t, new Shape(2, 6));
        again[0, 0] = -T.One;
        Assert.That(first[0, 0], Is.EqualTo(-T.One), "grown back into the memory it had");
        Assert.That(Tensor<T>.Reuse(ref t, new Shape(13)).Values.ToArray(), Is.All.EqualTo(T.Zero), "too small: new memory");
    }

    [Test]
    public void AViewIsTheSameObjectOverWhateverItIsMadeOf()
    {
        Tensor<T> t = Counting(2, 6), other = Counting(2, 2);
        Tensor<T>? view = null;
        Tensor<T> first = t.View(ref view, new Shape(3, 4));
        first[2, 3] = -T.One;
        Assert.That(t[1, 5], Is.EqualTo(-T.One));
        Assert.That(other.View(ref view, new Shape(4)), Is.SameAs(first));
        Assert.That(view!.Values.ToArray(), Is.EqualTo(Numbers(0, 1, 2, 3)));
        Assert.That(() => other.View(ref view, new Shape(5)), Throws.ArgumentException.With.Message.Contains("cannot be seen as 5"));
    }

    [TestCase(1), TestCase(3), TestCase(1000)]
    public void MemoryBeginsOnACacheLine(int count)
    {
        Tensor<T> t = new(new Shape(count));
        Assert.That(AddressOf(t) % 64, Is.Zero);
        GC.Collect();
        Assert.That(AddressOf(t) % 64, Is.Zero, "and does not move");
        Assert.That(t.Values.Length, Is.EqualTo(count));
    }

    [Test]
    public void TextShowsTheShapeAndTheFirstElements()
    {
        Assert.That(Counting(2, 2).ToString(), Is.EqualTo("2x2 [0, 1, 2, 3]"));
        Assert.That(Counting(3, 3).ToString(), Is.EqualTo("3x3 [0, 1, 2, 3, 4, 5, 6, 7, ...]"));
    }

    [Test]
    public void NumbersPrintAlikeInEveryCulture() =>
        Assert.That(Cultures.WithCommas(new Tensor<T>(new Shape(2), [T.CreateChecked(-1.5), T.NaN]).ToString), Is.EqualTo("2 [-1.5, NaN]"));

    private static long AddressOf(Tensor<T> tensor) => Unsafe.ByteOffset(ref Unsafe.NullRef<T>(), ref tensor.Span[0]);

    private static Tensor<T> Counting(params int[] extents)
    {
        Tensor<T> tensor = new(new Shape(extents));
        for (int i = 0; i < tensor.Count; i++)
            tensor.Span[i] = T.CreateChecked(i);
        return tensor;
    }

    private static T[] Numbers(params int[] numbers) => [.. numbers.Select(T.CreateChecked)];
}
