using RefNet.Tensors;

namespace RefNet.Geometry;

/// <summary>
/// Where the taps of a two-dimensional convolution fall: every size formula, padding, dilation and the kernel flip of
/// the engine stand here and in <see cref="Window"/>, once.
/// </summary>
/// <param name="Rows">How the kernel slides down.</param>
/// <param name="Columns">How the kernel slides to the right.</param>
public sealed record ConvolutionGeometry(Window Rows, Window Columns)
{
    /// <summary>
    /// Whether the kernel is flipped: true convolution y(i,j) = sum w(u,v) x(i-u, j-v), as in the lectures (L4, Y1). Without
    /// the flip it is cross-correlation, which PyTorch and ONNX call convolution (X39).
    /// </summary>
    public bool Flip { get; init; } = true;

    /// <summary>What to do where the stride does not end at the border.</summary>
    public Rounding Rounding { get; init; } = Rounding.Exact;

    /// <summary>A square kernel that slides alike in both directions, with the same padding on all sides.</summary>
    public static ConvolutionGeometry Square(int kernel, int stride = 1, int padding = 0, int dilation = 1)
    {
        Window window = new(kernel, stride, padding, padding, dilation);
        return new ConvolutionGeometry(window, window);
    }

    /// <summary>The number of taps of one kernel plane.</summary>
    public int Taps => Rows.Size * Columns.Size;

    /// <summary>The rows and columns of the output.</summary>
    public (int Rows, int Columns) Output(int rows, int columns) => (Rows.Positions(rows, Rounding), Columns.Positions(columns, Rounding));

    /// <summary>The shape of the output: the given channels x rows x columns.</summary>
    public Shape Output(Shape input, int channels)
    {
        (int rows, int columns) = Output(input[1], input[2]);
        return new Shape(channels, rows, columns);
    }

    /// <summary>Says what an input would need to be, or null where the kernel fits.</summary>
    /// <param name="input">The shape of one sample.</param>
    /// <param name="channels">How many channels it must have; null where any number will do.</param>
    public string? Problem(Shape input, int? channels = null)
    {
        if (input.Rank != 3 || input[0] != (channels ?? input[0]))
            return $"samples of shape {channels?.ToString() ?? "channels"} x rows x columns";
        return Rows.Problem("rows", input[1], Rounding) ?? Columns.Problem("columns", input[2], Rounding);
    }

    /// <summary>The input row that tap row u reads for output row 0; for the next output row it lies a stride further.</summary>
    public int FirstRow(int u) => FirstRead(Rows, u);

    /// <summary>The input column that tap column v reads for output column 0; for the next it lies a stride further.</summary>
    public int FirstColumn(int v) => FirstRead(Columns, v);

    // The flip: tap 0 of a true convolution reads the last element under the window.
    private int FirstRead(Window window, int tap) => (Flip ? window.Size - 1 - tap : tap) * window.Dilation - window.Before;
}
