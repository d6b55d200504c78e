namespace RefNet.Data.Digits;

/// <summary>A two-dimensional array, row by row: grey values, ink, a mask, labels.</summary>
/// <param name="rows">The height, 1 or more.</param>
/// <param name="columns">The width, 1 or more.</param>
internal sealed class Plane<T>(int rows, int columns) where T : unmanaged
{
    public int Rows => rows;

    public int Columns => columns;

    public T[] Values { get; } = new T[rows * columns];

    public ref T this[int row, int column] => ref Values[row * columns + column];

    public Span<T> Row(int row) => Values.AsSpan(row * columns, columns);

    /// <summary>A plane of the same size with each element mapped.</summary>
    public Plane<TResult> Select<TResult>(Func<T, TResult> map) where TResult : unmanaged
    {
        Plane<TResult> result = new(rows, columns);
        for (int i = 0; i < Values.Length; i++)
            result.Values[i] = map(Values[i]);
        return result;
    }

    /// <summary>Exchanges rows and columns, so that functions along rows also work along columns.</summary>
    public Plane<T> Transposed()
    {
        Plane<T> result = new(columns, rows);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                result[column, row] = this[row, column];
        }

        return result;
    }

    /// <summary>The part inside a box; elements outside this plane are 0.</summary>
    public Plane<T> Crop(Box box)
    {
        Plane<T> result = new(box.Rows, box.Columns);
        for (int row = Math.Max(0, box.Top); row < Math.Min(rows, box.Top + box.Rows); row++)
        {
            for (int column = Math.Max(0, box.Left); column < Math.Min(columns, box.Left + box.Columns); column++)
                result[row - box.Top, column - box.Left] = this[row, column];
        }

        return result;
    }

    /// <summary>The bounding box of all chosen elements: the whole plane if there are none.</summary>
    public Plane<T> CropTo(Func<T, bool> isChosen)
    {
        int[] chosen = [.. Enumerable.Range(0, Values.Length).Where(i => isChosen(Values[i]))];
        return chosen.Length == 0 ? this : Crop(new Component(chosen, columns).Box);
    }
}
