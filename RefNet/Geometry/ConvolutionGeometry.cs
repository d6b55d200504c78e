namespace RefNet.Geometry;

/// <summary>
/// Where the taps of a two-dimensional convolution fall: the engine defines every size formula, padding, dilation and
/// the kernel flip once, here, in <see cref="PlaneGeometry"/> and in <see cref="Window"/>.
/// </summary>
/// <param name="Rows">How the kernel slides down.</param>
/// <param name="Columns">How the kernel slides to the right.</param>
public sealed record ConvolutionGeometry(Window Rows, Window Columns) : PlaneGeometry(Rows, Columns)
{
    /// <summary>
    /// Whether the kernel is flipped: true convolution y(i,j) = sum w(u,v) x(i-u, j-v), as in the lectures (L4, Y1). Without
    /// the flip it is cross-correlation, which PyTorch and ONNX call convolution (X39).
    /// </summary>
    public bool Flip { get; init; } = true;

    /// <summary>A square kernel that slides the same way in both directions, with the same padding on all sides.</summary>
    public static ConvolutionGeometry Square(int kernel, int stride = 1, int padding = 0, int dilation = 1)
    {
        Window window = new(kernel, stride, padding, padding, dilation);
        return new ConvolutionGeometry(window, window);
    }

    /// <summary>A square kernel that slides by 1 and keeps the size of the image; an odd row and column of padding goes after it.</summary>
    public static ConvolutionGeometry Same(int kernel, int dilation = 1)
    {
        Window window = Window.Same(kernel, dilation);
        return new ConvolutionGeometry(window, window);
    }

    /// <summary>
    /// A square kernel on square images of a given size whose padding gives ⌈H/S⌉ rows and columns: TensorFlow's and Keras's 'same',
    /// where an odd row and column of padding goes after the image.
    /// </summary>
    /// <param name="kernel">K, 1 or more.</param>
    /// <param name="extent">H, the rows and columns of the image.</param>
    /// <param name="stride">S, 1 or more.</param>
    /// <param name="dilation">D, 1 or more.</param>
    public static ConvolutionGeometry Same(int kernel, int extent, int stride, int dilation = 1)
    {
        Window window = Window.Same(kernel, extent, stride, dilation);
        return new ConvolutionGeometry(window, window) { Rounding = window.Reach < stride ? Rounding.Floor : Rounding.Exact };
    }

    /// <summary>A kernel of one row: convolution of sequences, which are images of one row, channels x 1 x length (L22).</summary>
    public static ConvolutionGeometry Row(int kernel, int stride = 1, int padding = 0, int dilation = 1) =>
        new(new Window(1), new Window(kernel, stride, padding, padding, dilation));

    /// <summary>The number of taps of one kernel plane.</summary>
    public int Taps => Rows.Size * Columns.Size;

    /// <summary>The input row that tap row u reads for output row 0; each next output row reads one stride further.</summary>
    public int FirstRow(int u) => FirstRead(Rows, u);

    /// <summary>The input column that tap column v reads for output column 0; each next output column reads one stride further.</summary>
    public int FirstColumn(int v) => FirstRead(Columns, v);

    // The flip: tap 0 of a true convolution reads the last element under the window.
    private int FirstRead(Window window, int tap) => (Flip ? window.Size - 1 - tap : tap) * window.Dilation - window.Before;
}
