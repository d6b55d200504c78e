using System.Numerics;

namespace RefNet.Tensors;

/// <summary>
/// A view of memory as a matrix: element (i, j) is at i*RowStride + j*ColumnStride. Swapping the strides transposes
/// without moving an element, so that a product with a transpose reads as on paper.
/// </summary>
public readonly ref struct Matrix<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Views contiguous row-major memory as a matrix.</summary>
    public Matrix(Span<T> span, int rows, int columns) : this(span, rows, columns, columns, 1) { }

    /// <summary>Views memory as a matrix with the given strides.</summary>
    /// <exception cref="ArgumentException">The memory is too short for the extents and strides.</exception>
    public Matrix(Span<T> span, int rows, int columns, int rowStride, int columnStride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(rowStride);
        ArgumentOutOfRangeException.ThrowIfNegative(columnStride);
        long needed = rows == 0 || columns == 0 ? 0 : (rows - 1L) * rowStride + (columns - 1L) * columnStride + 1;
        if (needed > span.Length)
            throw new ArgumentException($"A {rows}x{columns} matrix with strides {rowStride} and {columnStride} needs {needed} elements, found {span.Length}.");

        Span = span;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>The memory, starting at element (0, 0).</summary>
    public Span<T> Span { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The distance in memory from one row to the next, in elements.</summary>
    public int RowStride { get; }

    /// <summary>The distance in memory from one column to the next, in elements.</summary>
    public int ColumnStride { get; }

    /// <summary>The transpose, in the same memory.</summary>
    public Matrix<T> Transposed => new(Span, Columns, Rows, ColumnStride, RowStride);

    /// <summary>Some of the rows, in the same memory.</summary>
    public Matrix<T> RowRange(int start, int count) => new(Span[Math.Min(start * RowStride, Span.Length)..], count, Columns, RowStride, ColumnStride);

    /// <summary>One of several equal parts of the rows, such as those of a group of channels, in the same memory.</summary>
    internal Matrix<T> RowPart(int number, int parts) => RowRange(number * (Rows / parts), Rows / parts);

    /// <summary>Some of the columns, in the same memory.</summary>
    public Matrix<T> ColumnRange(int start, int count) => new(Span[Math.Min(start * ColumnStride, Span.Length)..], Rows, count, RowStride, ColumnStride);

    /// <summary>The elements of one row, which must be contiguous in memory.</summary>
    /// <exception cref="InvalidOperationException">The column stride is not 1.</exception>
    public Span<T> Row(int row) =>
        ColumnStride == 1
            ? Span.Slice(row * RowStride, Columns)
            : throw new InvalidOperationException("The elements of a row do not stand side by side here: transpose the matrix first.");

    /// <summary>One element.</summary>
    public ref T this[int row, int column] => ref Span[row * RowStride + column * ColumnStride];
}
