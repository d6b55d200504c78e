using RefNet.Tensors;

namespace RefNet.Geometry;

/// <summary>Where the windows of a pooling layer fall.</summary>
/// <param name="Rows">How the window slides down.</param>
/// <param name="Columns">How the window slides to the right.</param>
public sealed record PoolingGeometry(Window Rows, Window Columns) : PlaneGeometry(Rows, Columns)
{
    /// <summary>A square window; the stride is the window's size by default, so that windows do not overlap.</summary>
    public static PoolingGeometry Square(int size, int? stride = null, int padding = 0)
    {
        Window window = new(size, stride ?? size, padding, padding);
        return new PoolingGeometry(window, window);
    }

    /// <summary>
    /// A square window on square images of a given size whose padding gives ⌈H/S⌉ rows and columns: TensorFlow's and Keras's 'same',
    /// where an odd row and column of padding goes after the image. Their means leave the padding out: <c>countPadding: false</c>.
    /// </summary>
    public static PoolingGeometry Same(int size, int extent, int stride)
    {
        Window window = Window.Same(size, extent, stride);
        return new PoolingGeometry(window, window) { Rounding = size < stride ? Rounding.Floor : Rounding.Exact };
    }

    /// <summary>A window of one row: pooling of sequences, which are images of one row, channels x 1 x length (L22).</summary>
    public static PoolingGeometry Row(int size, int? stride = null, int padding = 0) =>
        new(new Window(1), new Window(size, stride ?? size, padding, padding));

    /// <summary>The number of cells of one window.</summary>
    public int Cells => Rows.Size * Columns.Size;

    /// <inheritdoc/>
    public override string? Problem(Shape input, int? channels = null) =>
        PaddingProblem("row", Rows) ?? PaddingProblem("column", Columns) ?? base.Problem(input, channels);

    /// <summary>The input rows, or columns, inside the image that the window covers at one position.</summary>
    public static (int Start, int End) Cover(Window window, int position, int extent)
    {
        int start = position * window.Stride - window.Before;
        return (Math.Max(0, start), Math.Min(extent, start + window.Size));
    }

    /// <summary>The number of rows, or columns, that the window covers at one position: of the image alone, or with its padding.</summary>
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

    // Pooling has no dilation here, and a window entirely in the padding would have no cell to pool.
    private static string? PaddingProblem(string axis, Window window)
    {
        if (window.Dilation != 1)
            return $"a pooling window without dilation along each {axis}";
        return window.Before < window.Size && window.After < window.Size
            ? null
            : $"{axis} padding below the size of the window, {window.Size}, so that each window holds a cell of the image";
    }
}
