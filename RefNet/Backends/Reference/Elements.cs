using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Reference;

/// <summary>
/// Reads a tensor by its indices: [n, c, i, j] of N x C x H x W, or [n, c, p] where p = W i + j counts the H W positions of
/// a channel. A tensor N x C has one position.
/// </summary>
internal readonly ref struct ReadOnlyElements<T>(Tensor<T> tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> values = tensor.Values;

    public int Samples { get; } = tensor.Shape[0];

    public int Channels { get; } = tensor.Shape[1];

    public int Rows { get; } = tensor.Shape.Rank > 2 ? tensor.Shape[2] : 1;

    public int Columns { get; } = tensor.Shape.Rank > 3 ? tensor.Shape[3] : 1;

    public int Positions => Rows * Columns;

    /// <summary>Whether a row and a column are inside the image, not in its padding.</summary>
    public bool HasPixel(int i, int j) => i >= 0 && i < Rows && j >= 0 && j < Columns;

    public T this[int n, int c, int i, int j] => values[((n * Channels + c) * Rows + i) * Columns + j];

    public T this[int n, int c, int p] => values[(n * Channels + c) * Positions + p];
}

/// <summary>Writes a tensor by its indices, as <see cref="ReadOnlyElements{T}"/> reads it.</summary>
internal readonly ref struct Elements<T>(Tensor<T> tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<T> values = tensor.Span;

    public int Samples { get; } = tensor.Shape[0];

    public int Channels { get; } = tensor.Shape[1];

    public int Rows { get; } = tensor.Shape.Rank > 2 ? tensor.Shape[2] : 1;

    public int Columns { get; } = tensor.Shape.Rank > 3 ? tensor.Shape[3] : 1;

    public int Positions => Rows * Columns;

    /// <inheritdoc cref="ReadOnlyElements{T}.HasPixel"/>
    public bool HasPixel(int i, int j) => i >= 0 && i < Rows && j >= 0 && j < Columns;

    public ref T this[int n, int c, int i, int j] => ref values[((n * Channels + c) * Rows + i) * Columns + j];

    public ref T this[int n, int c, int p] => ref values[(n * Channels + c) * Positions + p];
}
