namespace RefNet.Data;

/// <summary>A view of an image at test time: shifted by whole pixels, and optionally mirrored (LECTURES T12).</summary>
/// <param name="Down">The shift down, in rows.</param>
/// <param name="Right">The shift to the right, in columns.</param>
/// <param name="IsMirrored">Whether left and right are exchanged, before the shift.</param>
public readonly record struct ImageView(int Down, int Right, bool IsMirrored = false)
{
    /// <summary>First the unchanged image, then all shifts up to a limit, then the same mirrored.</summary>
    /// <param name="shifts">The largest shift in rows and in columns, 0 or more.</param>
    /// <param name="mirrored">Whether to include mirrored views.</param>
    public static IReadOnlyList<ImageView> All(int shifts, bool mirrored) =>
    [
        .. from isMirrored in mirrored ? new[] { false, true } : [false]
           from down in Enumerable.Range(-shifts, 2 * shifts + 1)
           from right in Enumerable.Range(-shifts, 2 * shifts + 1)
           orderby isMirrored, Math.Abs(down) + Math.Abs(right), down, right
           select new ImageView(down, right, isMirrored),
    ];

    /// <summary>This view of each image; pixels from outside are 0.</summary>
    public ImageSet Of(ImageSet images)
    {
        if (this == default)
            return images;
        byte[] pixels = new byte[images.Count * images.Channels * images.Rows * images.Columns];
        int planeSize = images.Rows * images.Columns;
        for (int n = 0; n < images.Count; n++)
        {
            for (int c = 0; c < images.Channels; c++)
                Move(images.Pixels(n).Slice(c * planeSize, planeSize), pixels.AsSpan((n * images.Channels + c) * planeSize, planeSize), images.Columns);
        }

        return new ImageSet(pixels, images.Labels.ToArray(), images.Rows, images.Columns, images.ClassNames, images.Channels);
    }

    // to(r, c) = from(r - Down, c - Right), mirrored: from(r - Down, columns - 1 - (c - Right)).
    private void Move(ReadOnlySpan<byte> from, Span<byte> to, int columns)
    {
        int rows = from.Length / columns;
        for (int r = Math.Max(0, Down); r < Math.Min(rows, rows + Down); r++)
        {
            for (int c = Math.Max(0, Right); c < Math.Min(columns, columns + Right); c++)
            {
                int column = IsMirrored ? columns - 1 - (c - Right) : c - Right;
                to[r * columns + c] = from[(r - Down) * columns + column];
            }
        }
    }
}
