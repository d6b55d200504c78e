using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interop;

/// <summary>A tensor as stored in a file; its numbers are unpacked and converted on request.</summary>
public sealed class StoredTensor
{
    private readonly string path;
    private readonly Func<ReadOnlyMemory<byte>> read;

    /// <summary>Records a tensor of a file.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="typeName">The name of the type in the file.</param>
    /// <param name="type">The type, or null if it is not supported.</param>
    /// <param name="extents">The extents, outermost first; none for a single number.</param>
    /// <param name="read">Returns the bytes, exactly the number that type and extents need.</param>
    internal StoredTensor(string path, string name, string typeName, ElementType? type, IReadOnlyList<long> extents, Func<ReadOnlyMemory<byte>> read)
    {
        this.path = path;
        this.read = read;
        (Name, TypeName, Type, Extents) = (name, typeName, type, extents);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The name of the type of the numbers in the file.</summary>
    public string TypeName { get; }

    /// <summary>The type of the numbers; null for an unsupported one.</summary>
    public ElementType? Type { get; }

    /// <summary>The extents, outermost first; none for a single number.</summary>
    public IReadOnlyList<long> Extents { get; }

    /// <summary>Whether the most significant byte comes first.</summary>
    internal bool IsBigEndian { get; init; }

    /// <summary>Whether the first axis varies fastest, as in Fortran.</summary>
    internal bool IsColumnMajor { get; init; }

    /// <summary>
    /// The tensor, row-major. Floating-point numbers are rounded to <typeparamref name="T"/>; integers are exact, and
    /// false becomes 0, true 1. A single number has shape 1.
    /// </summary>
    /// <exception cref="InputException">
    /// It is empty, its type is not supported, a finite number is too large for <typeparamref name="T"/>, an integer would be rounded, or
    /// its bytes are damaged.
    /// </exception>
    public Tensor<T> To<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Type is not { } type)
            throw Error($"one of {string.Join(", ", Enum.GetNames<ElementType>())} for tensor {Name}", TypeName, "Convert it, or do without this tensor.");
        if (Extents.Contains(0))
            throw Error($"numbers in tensor {Name}", $"none: its shape is {string.Join("x", Extents)}", "Give another file.");

        ReadOnlyMemory<byte> bytes = read();
        Tensor<T> tensor = new(Extents.Count == 0 ? new Shape(1) : new Shape([.. Extents.Select(extent => (int)extent)]));
        int wrong = ElementConversion.Convert(type, bytes.Span, IsBigEndian, tensor.Span);
        if (wrong >= 0)
            throw Error($"numbers that {typeof(T).Name} can hold in tensor {Name}", $"one that it cannot, at place {wrong} of its data", "Ask for double, or give another file.");
        return IsColumnMajor ? RowMajor(tensor) : tensor;
    }

    // Iterates in the file's order, in which the first index varies fastest.
    private static Tensor<T> RowMajor<T>(Tensor<T> columnMajor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape shape = columnMajor.Shape;
        Tensor<T> rowMajor = new(shape);
        ReadOnlySpan<T> source = columnMajor.Values;
        Span<T> target = rowMajor.Span;
        int[] index = new int[shape.Rank], strides = new int[shape.Rank];
        for (int axis = shape.Rank - 1, stride = 1; axis >= 0; stride *= shape[axis], axis--)
            strides[axis] = stride;
        for (int i = 0, place = 0; i < source.Length; i++)
        {
            target[place] = source[i];
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                place += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                place -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return rowMajor;
    }

    private InputException Error(string expected, string found, string advice) => InputFile.Error(path, expected, found, advice);
}
