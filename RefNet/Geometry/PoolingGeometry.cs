using RefNet.Tensors;

namespace RefNet.Geometry;

/// <summary>Where the windows of a pooling layer fall.</summary>
/// <param name="Rows">How the window slides down.</param>
/// <param name="Columns">How the window slides to the right.</param>
public sealed record PoolingGeometry(Window Rows, Window Columns)
{
    /// <summary>What to do where the stride does not end at the border.</summary>
    public Rounding Rounding { get; init; } = Rounding.Exact;

    /// <summary>A square window; the stride is the window's size where none is given, so that windows do not overlap.</summary>
    public static PoolingGeometry Square(int size, int? stride = null, int padding = 0)
    {
        Window window = new(size, stride ?? size, padding, padding);
        return new PoolingGeometry(window, window);
    }

    /// <summary>The number of cells of one window.</summary>
    public int Cells => Rows.Size * Columns.Size;

    /// <summary>The rows and columns of the output.</summary>
    public (int Rows, int Columns) Output(int rows, int columns) => (Rows.Positions(rows, Rounding), Columns.Positions(columns, Rounding));

    /// <summary>The shape of the output: the given channels x rows x columns.</summary>
    public Shape Output(Shape input, int channels)
    {
        (int rows, int columns) = Output(input[1], input[2]);
        return new Shape(channels, rows, columns);
    }

    /// <summary>Says what an input would need to be, or null where the window fits.</summary>
    /// <param name="input">The shape of one sample.</param>
    /// <param name="channels">How many channels it must have; null where any number will do.</param>
    public string? Problem(Shape input, int? channels = null)
    {
        if (input.Rank != 3 || input[0] != (channels ?? input[0]))
            return $"samples of shape {channels?.ToString() ?? "channels"} x rows x columns";
        return PaddingProblem("row", Rows) ?? PaddingProblem("column", Columns)
            ?? Rows.Problem("rows", input[1], Rounding) ?? Columns.Problem("columns", input[2], Rounding);
    }

    /// <summary>The input rows, or columns, that one position of a window covers: those inside the image.</summary>
    public static (int Start, int End) Cover(Window window, int position, int extent)
    {
        int start = position * window.Stride - window.Before;
        return (Math.Max(0, start), Math.Min(extent, start + window.Size));
    }

    /// <summary>How many rows, or columns, one position of a window holds: of the image alone, or of its padding too.</summary>
    public static int Count(Window window, int position, int extent, bool countPadding)
    {
        if (!countPadding)
        {
            (int start, int end) = Cover(window, position, extent);
            return end - start;
        }

        int first = position * window.Stride - window.Before;
        return Math.Min(first + window.Size, extent + window.After) - first;
    }

    // Pooling has no dilation here, and a window that lay in the padding alone would have no cell to pool.
    private static string? PaddingProblem(string axis, Window window)
    {
        if (window.Dilation != 1)
            return $"a pooling window without dilation along each {axis}";
        return window.Before < window.Size && window.After < window.Size
            ? null
            : $"{axis} padding below the size of the window, {window.Size}, so that each window holds a cell of the image";
    }
}
