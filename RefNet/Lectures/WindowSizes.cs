using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>The positions of a window: strides, padding and the resulting shapes. LECTURES Y2, Y3, Y9, X38.</summary>
internal static class WindowSizes
{
    public static IEnumerable<Replay> All { get; } =
    [
        new("Y2", "S1,S3", "a window of 3 on 7 pixels",
            "At stride 1 it has 5 positions, at stride 2 it has 3, at stride 3 it does not fit.", compute: Strides),
        new("Y3", "S1,S3", "padding that keeps the size",
            "7x7 with a 3x3 window, stride 1 and a border of 1 stays 7x7; windows of 3, 5 and 7 need borders of 1, 2 and 3.", compute: Padding),
        new("Y9", "S4", "two kernels on a colour image",
            "5x5 in three channels, two 3x3 kernels, border 1, stride 2: 3x3 in two channels, with 54 weights and 2 biases.", compute: TwoKernels),
        new("X38", "S4", "the padding in the size formula",
            "The formula is printed as (H - K) / stride + 1, and used with H = 7 for an image of 5 rows.",
            "The H of that formula already includes the border on both sides. With H the rows of the image and P the border it is "
            + "(H + 2P - K) / S + 1, rounded down where specified.",
            PaddedFormula, isRemark: true),
    ];

    private static void Strides(Notes notes)
    {
        notes.Slide("positions at stride 1", 5, new Window(3).Positions(7, Rounding.Exact));
        notes.Slide("positions at stride 2", 3, new Window(3, stride: 2).Positions(7, Rounding.Exact));
        notes.Line($"at stride 3: {new Window(3, stride: 3).Problem("rows", 7, Rounding.Exact)}");
        notes.Holds("stride 3 is an error", new Window(3, stride: 3).Positions(7, Rounding.Exact) == 0);
    }

    private static void Padding(Notes notes)
    {
        notes.Slide("positions of 3 on 7 with a border of 1", 7, new Window(3, 1, before: 1, after: 1).Positions(7, Rounding.Exact));
        foreach ((int size, int border) in new[] { (3, 1), (5, 2), (7, 3) })
        {
            Window same = Window.Same(size);
            notes.Slide($"border that keeps the size for a window of {size}", border, same.Before);
            notes.Right($"positions of {size} on 32 pixels with it", 32, same.Positions(32, Rounding.Exact));
        }
    }

    private static void TwoKernels(Notes notes)
    {
        Convolution2D<double> layer = new(3, 2, kernel: 3, stride: 2, padding: 1);
        notes.Slide("output", new Shape(2, 3, 3), layer.OutputShape(new Shape(3, 5, 5)));
        notes.Slide("weights", 54, layer.Parameters[0].Count);
        notes.Slide("biases", 2, layer.Parameters[1].Count);
    }

    private static void PaddedFormula(Notes notes)
    {
        Window padded = new(3, stride: 2, before: 1, after: 1);
        notes.Slide("H of the printed formula, the 5 rows with their border", 7, padded.Before + 5 + padded.After);
        notes.Right("positions on 5 rows with a border of 1", 3, padded.Positions(5, Rounding.Exact));
        notes.Right("positions on 7 rows without one", 3, new Window(3, stride: 2).Positions(7, Rounding.Exact));
        notes.Other("positions where the border is left out", padded.Positions(5, Rounding.Exact), new Window(3, stride: 2).Positions(5, Rounding.Exact));
    }
}
