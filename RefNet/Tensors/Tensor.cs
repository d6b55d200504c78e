using System.Numerics;

namespace RefNet.Tensors;

/// <summary>
/// Numbers in a shape, stored row-major without gaps: the last axis runs fastest. A tensor stores and indexes; the
/// mathematics stands in the layers and in LinearAlgebra.
/// </summary>
/// <remarks>Images are N x C x H x W: sample, channel, row, column.</remarks>
public sealed class Tensor<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedMemory<T> memory;

    /// <summary>Makes a tensor of zeros.</summary>
    public Tensor(Shape shape) : this(shape, new AlignedMemory<T>(shape.Count)) { }

    /// <summary>Makes a tensor that holds a copy of the values, given in row-major order.</summary>
    public Tensor(Shape shape, ReadOnlySpan<T> values) : this(shape) => CopyFrom(values);

    private Tensor(Shape shape, AlignedMemory<T> memory)
    {
        Shape = shape;
        this.memory = memory;
    }

    /// <summary>The extents, outermost first; only <see cref="Reuse"/> and <see cref="View"/> change them.</summary>
    public Shape Shape { get; private set; }

    /// <summary>The number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>All elements in row-major order; 64-byte aligned, and never moved by the garbage collector.</summary>
    public Span<T> Span => memory.Span[..Shape.Count];

    /// <summary>The elements of one sample: the part that belongs to one index of the first axis.</summary>
    public Span<T> Sample(int n) => Span.Slice(n * (Count / Shape[0]), Count / Shape[0]);

    /// <summary>The elements of one channel of one sample: the part that belongs to one index of the first two axes.</summary>
    public Span<T> Plane(int n, int c) => Span.Slice((n * Shape[1] + c) * (Count / (Shape[0] * Shape[1])), Count / (Shape[0] * Shape[1]));

    /// <summary>The tensor as a matrix: one row for each index of the first axis, everything else in the columns.</summary>
    public Matrix<T> AsMatrix() => new(Span, Shape[0], Count / Shape[0]);

    /// <summary>The same elements in another shape with as many elements; the storage is shared.</summary>
    public Tensor<T> Reshape(Shape shape) =>
        shape.Count == Count
            ? new Tensor<T>(shape, memory)
            : throw new ArgumentException($"A tensor of shape {Shape} ({Count} elements) cannot be seen as {shape} ({shape.Count} elements).");

    /// <summary>The element of a tensor with one axis.</summary>
    public ref T this[int i] => ref Span[i];

    /// <summary>The element of a tensor with two axes.</summary>
    public ref T this[int i, int j] => ref Span[Offset(i, j)];

    /// <summary>The element of a tensor with three axes.</summary>
    public ref T this[int i, int j, int k] => ref Span[Offset(i, j, k)];

    /// <summary>The element of a tensor with four axes, such as sample, channel, row, column.</summary>
    public ref T this[int i, int j, int k, int l] => ref Span[Offset(i, j, k, l)];

    /// <summary>Copies values, given in row-major order.</summary>
    public void CopyFrom(ReadOnlySpan<T> values)
    {
        if (values.Length != Count)
            throw new ArgumentException($"Expected {Count} values for shape {Shape}, found {values.Length}.");
        values.CopyTo(Span);
    }

    /// <summary>A tensor of its own with the same shape and elements.</summary>
    public Tensor<T> Clone() => new(Shape, Span);

    /// <summary>
    /// Makes <paramref name="tensor"/> a tensor of the wanted shape, in the memory that it already has where that is
    /// large enough: it stays the same object then. The elements are whatever was there before: the caller writes all of
    /// them.
    /// </summary>
    public static Tensor<T> Reuse(ref Tensor<T>? tensor, Shape shape)
    {
        if (tensor is null || tensor.memory.Length < shape.Count)
            tensor = new Tensor<T>(shape);
        tensor.Shape = shape;
        return tensor;
    }

    /// <summary>Whether both lie in the same memory.</summary>
    internal bool SharesMemoryWith(Tensor<T>? other) => ReferenceEquals(memory, other?.memory);

    /// <summary>
    /// Makes <paramref name="view"/> show the elements of this tensor in another shape, as <see cref="Reshape"/> does, and
    /// the same object each time.
    /// </summary>
    public Tensor<T> View(ref Tensor<T>? view, Shape shape)
    {
        if (view is null || shape.Count != Count)
            return view = Reshape(shape);
        (view.Shape, view.memory) = (shape, memory);
        return view;
    }

    private int Offset(params ReadOnlySpan<int> index)
    {
        if (index.Length != Shape.Rank)
            throw new ArgumentException($"A tensor of shape {Shape} needs {Shape.Rank} indices, found {index.Length}.");

        int offset = 0;
        for (int axis = 0; axis < index.Length; axis++)
        {
            if ((uint)index[axis] >= (uint)Shape[axis])
                throw new IndexOutOfRangeException($"Index {index[axis]} of axis {axis} lies outside shape {Shape}.");
            offset = offset * Shape[axis] + index[axis];
        }

        return offset;
    }

    /// <summary>The shape and the first elements, for error messages and debuggers.</summary>
    public override string ToString() => $"{Shape} [{string.Join(", ", Span[..Math.Min(8, Count)].ToArray())}{(Count > 8 ? ", ..." : "")}]";
}
