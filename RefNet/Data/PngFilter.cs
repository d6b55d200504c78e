namespace RefNet.Data;

/// <summary>
/// Undoes the filters of the rows of a PNG picture, which make them pack better: each row begins with the number of its filter,
/// which says what was subtracted from each byte. Section 9 of the specification.
/// </summary>
internal static class PngFilter
{
    /// <summary>Restores all rows in place; the filter byte stays in front of each.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="data">The rows, 1 + <paramref name="rowBytes"/> bytes each.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="rowBytes">The bytes of a row without its filter byte.</param>
    /// <param name="step">The distance in bytes from a pixel to the next.</param>
    public static void Undo(string path, Span<byte> data, int rows, int rowBytes, int step)
    {
        Span<byte> above = new byte[rowBytes];
        for (int row = 0; row < rows; row++)
        {
            int filter = data[row * (1 + rowBytes)];
            if (filter > 4)
                throw ImageFile.Damaged(path, "filters 0 to 4", $"{filter} in row {row}");
            Span<byte> values = data.Slice(row * (1 + rowBytes) + 1, rowBytes);
            for (int i = 0; i < rowBytes; i++)
            {
                int left = i >= step ? values[i - step] : 0;
                int aboveLeft = i >= step ? above[i - step] : 0;
                values[i] += (byte)(filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => above[i],
                    3 => (left + above[i]) / 2,
                    _ => Paeth(left, above[i], aboveLeft),
                });
            }

            above = values;
        }
    }

    // Of left, above and above left the one that is nearest to left + above - above left; of equals the first.
    private static int Paeth(int left, int above, int aboveLeft)
    {
        int toLeft = Math.Abs(above - aboveLeft);
        int toAbove = Math.Abs(left - aboveLeft);
        int toAboveLeft = Math.Abs(left + above - 2 * aboveLeft);
        return toLeft <= toAbove && toLeft <= toAboveLeft ? left : toAbove <= toAboveLeft ? above : aboveLeft;
    }
}
