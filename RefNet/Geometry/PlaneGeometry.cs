using RefNet.Tensors;

namespace RefNet.Geometry;

/// <summary>How a two-dimensional window slides over the planes of an image: the size formulas, once for all layers.</summary>
/// <param name="Rows">How it slides down.</param>
/// <param name="Columns">How it slides to the right.</param>
public abstract record PlaneGeometry(Window Rows, Window Columns)
{
    /// <summary>What to do where the last window does not end at the border.</summary>
    public Rounding Rounding { get; init; } = Rounding.Exact;

    /// <summary>The rows and columns of the output.</summary>
    public (int Rows, int Columns) Output(int rows, int columns) => (Rows.Positions(rows, Rounding), Columns.Positions(columns, Rounding));

    /// <summary>The shape of the output: the given channels x rows x columns.</summary>
    public Shape Output(Shape input, int channels)
    {
        (int rows, int columns) = Output(input[1], input[2]);
        return new Shape(channels, rows, columns);
    }

    /// <summary>Says what the input would have to be, or returns null where the window fits.</summary>
    /// <param name="input">The shape of one sample.</param>
    /// <param name="channels">The number of channels it must have; null for any.</param>
    public virtual string? Problem(Shape input, int? channels = null)
    {
        if (input.Rank != 3 || input[0] != (channels ?? input[0]))
            return $"samples of shape {channels?.ToString() ?? "channels"} x rows x columns";
        return Rows.Problem("rows", input[1], Rounding) ?? Columns.Problem("columns", input[2], Rounding);
    }
}
