namespace RefNet.Data.Digits;

/// <summary>A rectangle of pixels.</summary>
/// <param name="Top">Its first row.</param>
/// <param name="Left">Its first column.</param>
/// <param name="Rows">Its height.</param>
/// <param name="Columns">Its width.</param>
public readonly record struct Box(int Top, int Left, int Rows, int Columns)
{
    internal int Bottom => Top + Rows - 1;

    internal int Right => Left + Columns - 1;

    internal int Size => Math.Max(Rows, Columns);

    internal Box Grow(int border) => new(Top - border, Left - border, Rows + 2 * border, Columns + 2 * border);

    internal Box Scale(double factor) => new((int)(Top * factor), (int)(Left * factor), (int)Math.Ceiling(Rows * factor), (int)Math.Ceiling(Columns * factor));

    internal bool Contains(Box other) => Top <= other.Top && Left <= other.Left && Bottom >= other.Bottom && Right >= other.Right;

    /// <summary>The number of columns that both share; 0 or less if none.</summary>
    internal int SharedColumns(Box other) => Math.Min(Right, other.Right) - Math.Max(Left, other.Left) + 1;

    /// <summary>The number of rows that both share; 0 or less if none.</summary>
    internal int SharedRows(Box other) => Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top) + 1;
}
