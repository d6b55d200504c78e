using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Tensors;

[TestFixture]
public sealed class ShapeTests
{
    private static readonly Shape Maps = new(6, 28, 27);

    [Test]
    public void AShapeKnowsItsExtentsAndTheirProduct()
    {
        Assert.That((Maps.Rank, Maps.Count, Maps[0], Maps[2]), Is.EqualTo((3, 6 * 28 * 27, 6, 27)));
        Assert.That(Maps.ToArray(), Is.EqualTo(new[] { 6, 28, 27 }));
        Assert.That(Maps.ToString(), Is.EqualTo("6x28x27"));
    }

    [Test]
    public void ABatchHasOneAxisMoreInFront()
    {
        Shape batch = Maps.Batch(64);
        Assert.That(batch, Is.EqualTo(new Shape(64, 6, 28, 27)));
        Assert.That(batch.Sample, Is.EqualTo(Maps));
        Assert.That(batch.IsBatchOf(Maps), Is.True);
        Assert.That(Maps.IsBatchOf(Maps), Is.False);
        Assert.That(new Shape(64, 6, 27, 28).IsBatchOf(Maps), Is.False);
        Assert.That(new Shape(64).Sample, Is.EqualTo(new Shape(1)), "a single number");
    }

    [Test]
    public void ShapesAreEqualWhenTheirExtentsAre()
    {
        Shape same = new(6, 28, 27);
        Assert.That(same, Is.EqualTo(Maps));
        Assert.That(same.GetHashCode(), Is.EqualTo(Maps.GetHashCode()));
        Assert.That(new Shape(6, 27, 28), Is.Not.EqualTo(Maps));
        Assert.That(new Shape(6, 28, 27, 1), Is.Not.EqualTo(Maps));
        Assert.That(Maps.Equals(null), Is.False);
    }

    [Test]
    public void AShapeNeverChanges()
    {
        int[] extents = [2, 3];
        Shape shape = new(extents);
        extents[0] = 9;
        shape.ToArray()[1] = 9;
        Assert.That(shape, Is.EqualTo(new Shape(2, 3)));
    }

    [Test]
    public void AShapeHasAnAxisAndNoEmptyOne()
    {
        Assert.That(() => new Shape(), Throws.ArgumentException.With.Message.Contains("at least one axis"));
        Assert.That(() => new Shape(3, 0, 2), Throws.ArgumentException.With.Message.Contains("3x0x2"));
        Assert.That(() => new Shape(3, -1), Throws.ArgumentException.With.Message.Contains("3x-1"));
    }

    [Test]
    public void TooManyElementsAreAnErrorEvenWhereTheirProductOverflows()
    {
        Assert.That(() => new Shape(1 << 16, 1 << 15), Throws.ArgumentException.With.Message.Contains("65536x32768"));
        Assert.That(() => new Shape(1 << 16, 1 << 16, 1 << 16, 1 << 16), Throws.ArgumentException, "2^64 wraps to 0");
    }
}
