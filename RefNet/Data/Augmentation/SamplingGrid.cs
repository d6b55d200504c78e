namespace RefNet.Data.Augmentation;

/// <summary>
/// The position in the old image from which each pixel of a new image is taken: a row and a column, possibly fractional (the sampling grid of
/// Jaderberg et al. 2015, in pixels). Consecutive transforms change the positions; the image itself is resampled once.
/// </summary>
public readonly ref struct SamplingGrid
{
    internal SamplingGrid(Span<float> row, Span<float> column, int rows, int columns)
    {
        (Rows, Columns) = (rows, columns);
        Row = row;
        Column = column;
        for (int r = 0; r < rows; r++)
        {
            row.Slice(r * columns, columns).Fill(r);
            for (int c = 0; c < columns; c++)
                column[r * columns + c] = c;
        }
    }

    /// <summary>The height H.</summary>
    public int Rows { get; }

    /// <summary>The width W.</summary>
    public int Columns { get; }

    /// <summary>The row in the old image for each pixel of the new one, H x W; 0 is the centre of the top row.</summary>
    public Span<float> Row { get; }

    /// <summary>The column in the old image for each pixel of the new one, H x W.</summary>
    public Span<float> Column { get; }

    /// <summary>Applies an affine map about the centre of the image, ((H - 1) / 2, (W - 1) / 2), to every position.</summary>
    public void Map(AffineMap map)
    {
        float middleX = (Columns - 1) / 2f, middleY = (Rows - 1) / 2f;
        float xx = (float)map.XX, xy = (float)map.XY, yx = (float)map.YX, yy = (float)map.YY;
        float toX = middleX + (float)map.X, toY = middleY + (float)map.Y;
        Span<float> row = Row, column = Column[..Row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            float x = column[i] - middleX, y = row[i] - middleY;
            column[i] = xx * x + xy * y + toX;
            row[i] = yx * x + yy * y + toY;
        }
    }
}
