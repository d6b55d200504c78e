using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>The receptive field of one output: where its gradient with respect to the input is not zero. LECTURES X10, X11, Y21.</summary>
internal static class ReceptiveFields
{
    private const int Size = 31;

    public static IEnumerable<Replay> All { get; } =
    [
        new("X10", "S4", "receptive field of a stack of convolutions",
            "l layers with kernels of k see l (k - 1) + k pixels in a row.",
            "One layer sees k = 1 + (k - 1), and each layer on top adds k - 1: l layers see 1 + l (k - 1). The printed formula counts one layer too many.",
            Stacks),
        new("X11", "S4", "the third dilated layer",
            "The layers with dilations 1, 2 and 4 are labelled L1, L2, L2; their fields are 3, 7 and 15.",
            "The field of 15 needs three layers: the third one, with dilation 4, is L3. Each layer adds dilation times (k - 1).",
            Labels),
        new("Y21", "S4", "receptive field of dilated convolutions",
            "3x3 kernels with dilations 1, 2 and 4 on top of each other see 3, 7 and 15 pixels in a row.", compute: Dilated),
    ];

    /// <summary>
    /// The columns from the first to the last input that the middle output of a stack of convolutions depends on.
    /// All weights are 1, so that gradients do not cancel.
    /// </summary>
    public static int Of(int kernel, params ReadOnlySpan<int> dilations)
    {
        List<Layer<double>> layers = [];
        foreach (int dilation in dilations)
        {
            Window same = Window.Same(kernel, dilation);
            Convolution2D<double> layer = new(1, 1, new ConvolutionGeometry(same, same));
            layer.Parameters[0].Value.Span.Fill(1);
            layers.Add(layer);
        }

        Sequential<double> stack = new([.. layers]);
        stack.Forward(new Tensor<double>(new Shape(1, 1, Size, Size)), Mode.Train);
        Tensor<double> dY = new(new Shape(1, 1, Size, Size));
        dY[0, 0, Size / 2, Size / 2] = 1;
        Tensor<double> dX = stack.Backward(dY);
        int[] seen = [.. Enumerable.Range(0, Size).Where(column => dX[0, 0, Size / 2, column] != 0)];
        return seen[^1] - seen[0] + 1;
    }

    private static void Stacks(Notes notes)
    {
        foreach ((int l, int k) in new[] { (1, 3), (2, 3), (3, 3), (1, 5), (2, 5), (3, 7) })
        {
            int seen = Of(k, [.. Enumerable.Repeat(1, l)]);
            notes.Wrong($"{l} x {k}x{k} see", l * (k - 1) + k, seen);
            notes.Right($"{l} x {k}x{k} see", 1 + l * (k - 1), seen);
        }
    }

    private static void Labels(Notes notes)
    {
        notes.Other("field of L1 and L2, with dilations 1 and 2", 15, Of(3, 1, 2));
        notes.Right("field of L3, with dilation 4 on L1 and L2", 15, Of(3, 1, 2, 4));
        notes.Other("field where the layer with dilation 4 is L2, on top of L1", 15, Of(3, 1, 4));
    }

    private static void Dilated(Notes notes)
    {
        notes.Slide("dilation 1", 3, Of(3, 1));
        notes.Slide("dilations 1, 2", 7, Of(3, 1, 2));
        notes.Slide("dilations 1, 2, 4", 15, Of(3, 1, 2, 4));
    }
}
