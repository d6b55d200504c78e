using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using static System.FormattableString;

namespace RefNet.Tensors;

/// <summary>
/// Numbers in a shape, stored contiguously in row-major order: the last axis varies fastest. A tensor stores and
/// indexes; the mathematics is in the layers and in Backends.
/// </summary>
/// <remarks>
/// Images are N x C x H x W: sample, channel, row, column. The numbers may be in memory of the host, of a device, or
/// of both: <see cref="Values"/> is for reading and <see cref="Span"/> for writing on the host, and each copies them
/// there if needed. A span is valid until a backend computes with the tensor.
/// </remarks>
public sealed class Tensor<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Storage<T> storage;

    /// <summary>Creates a tensor of zeros.</summary>
    public Tensor(Shape shape) : this(shape, new Storage<T>(shape.Count)) { }

    /// <summary>Creates a tensor with a copy of the values, given in row-major order.</summary>
    public Tensor(Shape shape, ReadOnlySpan<T> values) : this(shape) => CopyFrom(values);

    private Tensor(Shape shape, Storage<T> storage)
    {
        Shape = shape;
        this.storage = storage;
    }

    /// <summary>The extents, outermost first; only <see cref="Reuse"/> and <see cref="View"/> change them.</summary>
    public Shape Shape { get; private set; }

    /// <summary>The number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>All elements in row-major order, for reading; 64-byte aligned, and never moved by the garbage collector.</summary>
    public ReadOnlySpan<T> Values => storage.Read(Shape.Count);

    /// <summary>All elements in row-major order, for writing (and reading).</summary>
    public Span<T> Span => storage.Write(Shape.Count);

    /// <summary>The elements of one sample, for reading: the part that belongs to one index of the first axis.</summary>
    public ReadOnlySpan<T> Sample(int n) => Values.Slice(n * SampleCount, SampleCount);

    /// <summary>The elements of one sample, for writing.</summary>
    public Span<T> SampleSpan(int n) => Span.Slice(n * SampleCount, SampleCount);

    /// <summary>The elements of one channel of one sample, for reading: the part that belongs to one index of the first two axes.</summary>
    public ReadOnlySpan<T> Plane(int n, int c) => Values.Slice((n * Shape[1] + c) * PlaneCount, PlaneCount);

    /// <summary>The elements of one channel of one sample, for writing.</summary>
    public Span<T> PlaneSpan(int n, int c) => Span.Slice((n * Shape[1] + c) * PlaneCount, PlaneCount);

    /// <summary>The tensor as a matrix, for writing: one row per index of the first axis, all other axes in the columns.</summary>
    public Matrix<T> AsMatrix() => new(Span, Shape[0], SampleCount);

    /// <summary>The tensor as a matrix that the caller only reads.</summary>
    internal Matrix<T> AsReadMatrix() => new(storage.Read(Shape.Count), Shape[0], SampleCount);

    /// <summary>This tensor as a factor of a matrix product, transposed.</summary>
    public Factor<T> Transposed => new(this, IsTransposed: true);

    /// <summary>The same elements in another shape with the same number of elements; the storage is shared.</summary>
    public Tensor<T> Reshape(Shape shape) =>
        shape.Count == Count
            ? new Tensor<T>(shape, storage)
            : throw new ArgumentException($"A tensor of shape {Shape} ({Count} elements) cannot be seen as {shape} ({shape.Count} elements).");

    /// <summary>The element of a tensor with one axis.</summary>
    public T this[int i]
    {
        get => Values[i];
        set => Span[i] = value;
    }

    /// <summary>The element of a tensor with two axes.</summary>
    public T this[int i, int j]
    {
        get => Values[Offset(i, j)];
        set => Span[Offset(i, j)] = value;
    }

    /// <summary>The element of a tensor with three axes.</summary>
    public T this[int i, int j, int k]
    {
        get => Values[Offset(i, j, k)];
        set => Span[Offset(i, j, k)] = value;
    }

    /// <summary>The element of a tensor with four axes, such as sample, channel, row, column.</summary>
    public T this[int i, int j, int k, int l]
    {
        get => Values[Offset(i, j, k, l)];
        set => Span[Offset(i, j, k, l)] = value;
    }

    /// <summary>Copies values, given in row-major order.</summary>
    public void CopyFrom(ReadOnlySpan<T> values)
    {
        if (values.Length != Count)
            throw new ArgumentException($"Expected {Count} values for shape {Shape}, found {values.Length}.");
        values.CopyTo(Span);
    }

    /// <summary>A separate tensor with the same shape and elements.</summary>
    public Tensor<T> Clone() => new(Shape, Values);

    /// <summary>
    /// Gives <paramref name="tensor"/> the wanted shape, reusing the object and its memory where that is large
    /// enough. Its contents are undefined: the caller writes all of them.
    /// </summary>
    public static Tensor<T> Reuse([NotNull] ref Tensor<T>? tensor, Shape shape)
    {
        if (tensor is not null && tensor.storage.Length < shape.Count)
        {
            int outgrown = tensor.storage.Length;
            tensor = null;
            OutgrownMemory.Add<T>(outgrown);
        }

        tensor ??= new Tensor<T>(shape);
        tensor.Shape = shape;
        return tensor;
    }

    /// <summary>A tensor in the given memory, which must be long enough: the given object, or a new one if it is null.</summary>
    internal static Tensor<T> Over(Storage<T> memory, [NotNull] ref Tensor<T>? tensor, Shape shape)
    {
        tensor ??= new Tensor<T>(shape, memory);
        (tensor.Shape, tensor.storage) = (shape, memory);
        return tensor;
    }

    /// <summary>The memory, which tensors may share.</summary>
    internal Storage<T> Storage => storage;

    /// <summary>
    /// Makes <paramref name="view"/> a view of this tensor in another shape, as <see cref="Reshape"/> does, reusing
    /// the same object each time.
    /// </summary>
    public Tensor<T> View(ref Tensor<T>? view, Shape shape)
    {
        if (view is null || shape.Count != Count)
            return view = Reshape(shape);
        (view.Shape, view.storage) = (shape, storage);
        return view;
    }

    /// <summary>Whether both share the same memory.</summary>
    public bool SharesMemoryWith(Tensor<T>? other) => ReferenceEquals(storage, other?.storage);

    /// <summary>The numbers in the memory of a device, for backends.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="access">How the device accesses them.</param>
    public DeviceCopy<T> On(IDeviceMemory<T> memory, Access access) => storage.On(memory, Count, access);

    /// <summary>Copies the numbers to the host and frees their device memory.</summary>
    public void LeaveDevice() => storage.LeaveDevice(Count);

    private int SampleCount => Count / Shape[0];

    private int PlaneCount => Count / (Shape[0] * Shape[1]);

    private int Offset(params ReadOnlySpan<int> index)
    {
        if (index.Length != Shape.Rank)
            throw new ArgumentException($"A tensor of shape {Shape} needs {Shape.Rank} indices, found {index.Length}.");

        int offset = 0;
        for (int axis = 0; axis < index.Length; axis++)
        {
            if ((uint)index[axis] >= (uint)Shape[axis])
                throw new IndexOutOfRangeException(Invariant($"Index {index[axis]} of axis {axis} lies outside shape {Shape}."));
            offset = offset * Shape[axis] + index[axis];
        }

        return offset;
    }

    /// <summary>The shape and the first elements, for error messages and debuggers.</summary>
    public override string ToString() => $"{Shape} [{string.Join(", ", Values[..Math.Min(8, Count)].ToArray().Select(value => value.ToString(null, CultureInfo.InvariantCulture)))}{(Count > 8 ? ", ..." : "")}]";
}
