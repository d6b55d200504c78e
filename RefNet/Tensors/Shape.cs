using System.Collections.Immutable;

namespace RefNet.Tensors;

/// <summary>
/// The extents of a tensor, outermost axis first; it never changes. Layers use the shape of one sample, such as
/// 6x28x28 (channels x rows x columns); a batch has one more axis in front: 64x6x28x28.
/// </summary>
public sealed class Shape : IEquatable<Shape>
{
    private readonly ImmutableArray<int> extents;

    /// <summary>Creates a shape with one or more axes.</summary>
    /// <exception cref="ArgumentException">There is no axis, or an extent is below 1, or there are more than 2^31 - 1 elements.</exception>
    public Shape(params ReadOnlySpan<int> extents)
    {
        if (extents.IsEmpty)
            throw new ArgumentException("A shape needs at least one axis; a single number has shape 1.");

        long count = 1;
        foreach (int extent in extents)
        {
            if (extent < 1)
                throw new ArgumentException($"Every extent must be 1 or more; found {string.Join("x", extents.ToArray())}.");
            count *= extent;
            if (count > Array.MaxLength)
                throw new ArgumentException($"{string.Join("x", extents.ToArray())} has over {Array.MaxLength} elements; use a smaller batch.");
        }

        this.extents = [.. extents];
        Count = (int)count;
    }

    /// <summary>The number of axes.</summary>
    public int Rank => extents.Length;

    /// <summary>The number of elements: the product of the extents.</summary>
    public int Count { get; }

    /// <summary>The extent of one axis; 0 is the outermost.</summary>
    public int this[int axis] => extents[axis];

    /// <summary>The shape of one sample of a batch: this shape without its first axis (a scalar sample has shape 1).</summary>
    public Shape Sample => Rank == 1 ? new Shape(1) : new Shape(extents.AsSpan()[1..]);

    /// <summary>The shape of a batch of such samples: one more axis in front.</summary>
    public Shape Batch(int samples) => new([samples, .. extents]);

    /// <summary>Whether this is the shape of a batch of samples of the given shape.</summary>
    public bool IsBatchOf(Shape sample) => Rank == sample.Rank + 1 && extents.AsSpan()[1..].SequenceEqual(sample.extents.AsSpan());

    /// <summary>A copy of the extents as an array.</summary>
    public int[] ToArray() => [.. extents];

    /// <inheritdoc/>
    public bool Equals(Shape? other) =>
        ReferenceEquals(this, other) || (other is not null && extents.AsSpan().SequenceEqual(other.extents.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (int extent in extents)
            hash.Add(extent);
        return hash.ToHashCode();
    }

    /// <summary>The extents separated by x: 6x28x28.</summary>
    public override string ToString() => string.Join("x", extents);
}
