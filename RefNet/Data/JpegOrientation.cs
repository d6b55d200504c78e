namespace RefNet.Data;

/// <summary>Rotates and mirrors a picture that a camera took at an angle. JEITA CP-3451, tag 0x112: the position of the first row and column.</summary>
internal static class JpegOrientation
{
    /// <summary>The picture upright.</summary>
    /// <param name="picture">The picture as it is stored.</param>
    /// <param name="orientation">1 unchanged, 2 mirrored, 3 rotated by 180 degrees, 4 flipped vertically, 5 to 8 the same with rows and columns exchanged.</param>
    public static Picture Apply(Picture picture, int orientation)
    {
        if (orientation == 1)
            return picture;
        bool turns = orientation >= 5;
        bool fromRight = orientation is 2 or 3 or 7 or 8, fromBottom = orientation is 3 or 4 or 6 or 7;
        (int rows, int columns) = turns ? (picture.Columns, picture.Rows) : (picture.Rows, picture.Columns);
        byte[] values = new byte[picture.Values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                (int oldRow, int oldColumn) = turns ? (column, row) : (row, column);
                oldRow = fromBottom ? picture.Rows - 1 - oldRow : oldRow;
                oldColumn = fromRight ? picture.Columns - 1 - oldColumn : oldColumn;
                picture[oldRow, oldColumn].CopyTo(values.AsSpan((row * columns + column) * picture.Channels));
            }
        }

        return new Picture(values, rows, columns, picture.Channels);
    }
}
