namespace RefNet.Data;

/// <summary>
/// Undoes the row filters of a PNG picture, which make the rows compress better: each row begins with the number of its filter,
/// which defines the value subtracted from each byte. Section 9 of the specification.
/// </summary>
internal static class PngFilter
{
    /// <summary>Restores a row in place.</summary>
    /// <param name="filter">The filter, 0 to 4.</param>
    /// <param name="row">The bytes of the row.</param>
    /// <param name="above">The restored row above; zeros for the first.</param>
    /// <param name="step">The distance in bytes from one pixel to the next.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        if (filter == 0)
            return;
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= step ? row[i - step] : 0;
            int aboveLeft = i >= step ? above[i - step] : 0;
            row[i] += (byte)(filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                _ => Paeth(left, above[i], aboveLeft),
            });
        }
    }

    // Of left, above and above left, the one nearest to left + above - above left; of equal ones the first.
    private static int Paeth(int left, int above, int aboveLeft)
    {
        int toLeft = Math.Abs(above - aboveLeft);
        int toAbove = Math.Abs(left - aboveLeft);
        int toAboveLeft = Math.Abs(left + above - 2 * aboveLeft);
        return toLeft <= toAbove && toLeft <= toAboveLeft ? left : toAbove <= toAboveLeft ? above : aboveLeft;
    }
}
