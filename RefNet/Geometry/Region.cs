namespace RefNet.Geometry;

/// <summary>A rectangle of a map: its first row and column, and its numbers of rows and columns.</summary>
/// <param name="Row">The first row, 0 or more.</param>
/// <param name="Column">The first column, 0 or more.</param>
/// <param name="Rows">The number of rows, 1 or more.</param>
/// <param name="Columns">The number of columns, 1 or more.</param>
public readonly record struct Region(int Row, int Column, int Rows, int Columns)
{
    /// <summary>Whether it is not empty and is inside a map of the given size.</summary>
    public bool LiesIn(int rows, int columns) => Row >= 0 && Column >= 0 && Rows >= 1 && Columns >= 1 && Row + Rows <= rows && Column + Columns <= columns;

    /// <summary>
    /// The same region on a map of another scale, such as 1/16 of the image after four poolings: its first and its
    /// last pixel are scaled and rounded, so that it has at least one pixel, as in Fast R-CNN.
    /// </summary>
    public Region Scaled(double scale)
    {
        int row = Round(Row * scale), column = Round(Column * scale);
        return new Region(row, column, Round((Row + Rows - 1) * scale) - row + 1, Round((Column + Columns - 1) * scale) - column + 1);
    }

    /// <summary>
    /// One of the bins that divide a region along an axis: extent / bins pixels each, rounded outward, so that none is empty and neighbours
    /// may share a pixel.
    /// </summary>
    /// <returns>The first pixel and one past the last, counted from the start of the region.</returns>
    public static (int Start, int End) Bin(int bin, int bins, int extent) => (bin * extent / bins, ((bin + 1) * extent + bins - 1) / bins);

    private static int Round(double place) => (int)Math.Round(place, MidpointRounding.AwayFromZero);
}
