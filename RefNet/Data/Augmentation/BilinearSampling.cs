using System.Runtime.CompilerServices;

namespace RefNet.Data.Augmentation;

/// <summary>
/// Samples a plane between its pixels: with r = ⌊row⌋, f = row - r, c = ⌊column⌋ and g = column - c, the value is (1 - f) ((1 - g) x(r, c) +
/// g x(r, c + 1)) + f ((1 - g) x(r + 1, c) + g x(r + 1, c + 1)). Pixel (r, c) is at row r and column c; at an integer position the result is its
/// value, bit for bit.
/// </summary>
internal static class BilinearSampling
{
    /// <summary>Resamples an image: y(p) = x(grid(p)) in each channel.</summary>
    public static void Resample(ScaledImage x, SamplingGrid grid, Span<float> y)
    {
        int size = x.Rows * x.Columns;
        for (int channel = 0; channel < x.Channels; channel++)
            Resample(x.Channel(channel), grid, x.Low(channel), y.Slice(channel * size, size));
    }

    /// <summary>Resamples a plane; pixels outside it are <paramref name="beyond"/>.</summary>
    public static void Resample(ReadOnlySpan<float> x, SamplingGrid grid, float beyond, Span<float> y)
    {
        ReadOnlySpan<float> row = grid.Row[..y.Length], column = grid.Column[..y.Length];
        for (int i = 0; i < y.Length; i++)
            y[i] = At(x, grid.Rows, grid.Columns, row[i], column[i], beyond);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float At(ReadOnlySpan<float> plane, int rows, int columns, float row, float column, float beyond)
    {
        float floorRow = MathF.Floor(row), floorColumn = MathF.Floor(column);
        int r = (int)floorRow, c = (int)floorColumn;
        float f = row - floorRow, g = column - floorColumn;
        if ((uint)r < (uint)(rows - 1) && (uint)c < (uint)(columns - 1))
        {
            int i = r * columns + c;
            return Between(f, Between(g, plane[i], plane[i + 1]), Between(g, plane[i + columns], plane[i + columns + 1]));
        }

        return AtTheEdge(plane, rows, columns, r, c, f, g, beyond);
    }

    private static float AtTheEdge(ReadOnlySpan<float> plane, int rows, int columns, int r, int c, float f, float g, float beyond) => Between(f,
        Between(g, Pixel(plane, rows, columns, r, c, beyond), Pixel(plane, rows, columns, r, c + 1, beyond)),
        Between(g, Pixel(plane, rows, columns, r + 1, c, beyond), Pixel(plane, rows, columns, r + 1, c + 1, beyond)));

    private static float Between(float f, float a, float b) => a + f * (b - a);

    private static float Pixel(ReadOnlySpan<float> plane, int rows, int columns, int r, int c, float beyond) =>
        (uint)r < (uint)rows && (uint)c < (uint)columns ? plane[r * columns + c] : beyond;
}
