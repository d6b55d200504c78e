using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Lectures;

/// <summary>The flipped kernel: convolution and cross-correlation on three by three pixels. LECTURES Y1, X39.</summary>
internal static class KernelFlip
{
    private static readonly Tensor<double> X = new(new Shape(1, 1, 3, 3), [0, 80, 40, 20, 40, 0, 0, 0, 40]);
    private static readonly double[] Kernel = [0, 0.25, 0.5, 1];

    public static IEnumerable<Replay> All { get; } =
    [
        new("Y1", "S1", "a kernel and its flip, by hand",
            "The image [[0, 80, 40], [20, 40, 0], [0, 0, 40]] convolved with the kernel [[0, 0.25], [0.5, 1]] is [[45, 110], [40, 40]].",
            compute: Example),
        new("X39", "S3", "what networks call convolution",
            "Convolution adds to each pixel its neighbours, weighted by the kernel; a convolutional layer is said to do this.",
            "In the definition of convolution the kernel is flipped. Most libraries leave the flip out and compute cross-correlation, "
            + "which gives the same family of functions, with the learnt kernels mirrored. For given numbers it matters: RefNet flips, and "
            + "ConvolutionGeometry.Flip = false does not.",
            Correlation, isRemark: true),
    ];

    private static void Example(Notes notes)
    {
        ConvolutionGeometry geometry = ConvolutionGeometry.Square(2);
        Tensor<double> y = Convolve(geometry, Kernel);
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 2; j++)
            {
                (string terms, double sum) = Sum(geometry, i, j);
                notes.Line($"y({i},{j}) = {terms} = {Invariant($"{sum}")}");
                notes.Right($"the layer's y({i},{j})", sum, y[0, 0, i, j]);
            }
        }

        notes.Slide("y", (double[])[45, 110, 40, 40], y.Values.ToArray());
    }

    private static void Correlation(Notes notes)
    {
        ConvolutionGeometry flipped = ConvolutionGeometry.Square(2);
        ConvolutionGeometry straight = flipped with { Flip = false };
        double[] convolution = Convolve(flipped, Kernel).Values.ToArray();
        double[] correlation = Convolve(straight, Kernel).Values.ToArray();
        notes.Right("convolution of S1's example", (double[])[45, 110, 40, 40], convolution);
        notes.Other("the same without the flip, cross-correlation", convolution, correlation);
        notes.Right("cross-correlation", (double[])[70, 30, 10, 40], correlation);
        notes.Right("cross-correlation with the mirrored kernel", convolution, Convolve(straight, [.. Kernel.Reverse()]).Values.ToArray());
    }

    private static Tensor<double> Convolve(ConvolutionGeometry geometry, double[] kernel)
    {
        Convolution2D<double> layer = new(1, 1, geometry, useBias: false);
        layer.Parameters[0].Value.CopyFrom(kernel);
        return layer.Forward(X, Mode.Evaluate);
    }

    // Tap (u, v) reads the pixel that the geometry defines: with the flip, tap 0 reads the last pixel of the window.
    private static (string Terms, double Sum) Sum(ConvolutionGeometry geometry, int i, int j)
    {
        List<string> terms = [];
        double sum = 0;
        for (int u = 1; u >= 0; u--)
        {
            for (int v = 1; v >= 0; v--)
            {
                double w = Kernel[2 * u + v];
                double x = X[0, 0, i + geometry.FirstRow(u), j + geometry.FirstColumn(v)];
                terms.Add(Invariant($"{w}·{x}"));
                sum += w * x;
            }
        }

        return (string.Join(" + ", terms), sum);
    }
}
