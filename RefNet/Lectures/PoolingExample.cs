using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>2x2 pooling of a 4x4 image. LECTURES Y8, X12.</summary>
internal static class PoolingExample
{
    private static readonly Tensor<double> X = new(new Shape(1, 1, 4, 4), [1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4]);

    public static IEnumerable<Replay> All { get; } =
    [
        new("Y8", "S3", "max pooling of a 4x4 image",
            "[[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]] pooled by 2x2 at stride 2 is [[6, 8], [3, 4]].",
            compute: notes => notes.Slide("max pooling", (double[])[6, 8, 3, 4], Pool(new MaxPooling2D<double>(2)))),
        new("X12", "S3", "average pooling of the same image",
            "Its averages are printed as [[3, 5], [2, 2]].",
            "The fractions were truncated: (1 + 1 + 5 + 6) / 4 = 3.25 and (2 + 4 + 7 + 8) / 4 = 5.25. Activations are real numbers, and an average is not rounded.",
            Averages),
    ];

    private static void Averages(Notes notes)
    {
        double[] means = Pool(new AveragePooling2D<double>(2));
        notes.Wrong("average pooling", (double[])[3, 5, 2, 2], means);
        notes.Right("average pooling", (double[])[3.25, 5.25, 2, 2], means);
        notes.Right("the same without fractions", (double[])[3, 5, 2, 2], means.Select(Math.Truncate).ToArray());
    }

    private static double[] Pool(Layer<double> pooling) => pooling.Forward(X, Mode.Evaluate).Values.ToArray();
}
