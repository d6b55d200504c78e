using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>Shapes and sizes of AlexNet. LECTURES X14, X36, Y13, Y14.</summary>
internal static class AlexNetNumbers
{
    public static IEnumerable<Replay> All { get; } =
    [
        new("X14", "S1", "images that AlexNet's first layer takes",
            "224x224 images, 11x11 kernels at stride 4 without a border, 55x55 outputs; a dense layer in its place would have 43.7 billion weights.",
            "(224 - 11) / 4 + 1 = 54.25 is no size: 55 takes images of 227, as another lecture has them, and then the dense layer has 44.9 billion weights. The 43.7 billion go with 224.",
            FirstLayerAt224),
        new("X36", "S2", "AlexNet with 64 filters",
            "The first layer of AlexNet is said to have 64 filters of 3x11x11.",
            "The paper has 96. 64 belong to a later variant (Krizhevsky 2014, \"One weird trick\"), which libraries offer under the same name: 64, 192, 384, 256 and 256 filters, without groups.",
            Variants),
        new("Y13", "S1", "AlexNet's first layer",
            "96 kernels of 11x11x3 have 34,944 parameters and give 55x55x96.", compute: FirstLayer),
        new("Y14", "S3", "AlexNet layer by layer",
            "227, 55, 27, 27, 13, 13, 13, 13 and 6 pixels a side, then 4096, 4096 and 1000 units; 650,000 units in all.", compute: LayerByLayer),
    ];

    private static Convolution2D<float> Conv1 => new(3, 96, kernel: 11, Seeds.Create(0), stride: 4);

    private static void FirstLayerAt224(Notes notes)
    {
        string? problem = ConvolutionGeometry.Square(11, stride: 4).Problem(new Shape(3, 224, 224));
        notes.Line($"at 224: {problem}");
        notes.Holds("224 is an error", problem is not null);
        Shape output = Conv1.OutputShape(new Shape(3, 227, 227));
        notes.Right("output at 227", new Shape(96, 55, 55), output);
        long inputs = new Shape(3, 227, 227).Count;
        notes.Wrong("weights of a dense layer in its place, in billions", 43.7, 1e-9 * inputs * output.Count, within: 0.05);
        notes.Right("weights of a dense layer in its place", 44_892_064_800L, inputs * output.Count);
        notes.Right("the same for images of 224", 43_713_331_200L, (long)new Shape(3, 224, 224).Count * output.Count);
    }

    private static void Variants(Notes notes)
    {
        NetworkSize later = new NetworkSize(new Shape(3, 224, 224))
            .Convolution(64, 11, 4, 2, rounding: Rounding.Floor).MaxPooling(3, 2).Convolution(192, 5, padding: 2).MaxPooling(3, 2)
            .Convolution(384, 3, padding: 1).Convolution(256, 3, padding: 1).Convolution(256, 3, padding: 1).MaxPooling(3, 2)
            .Dense(4096).Dense(4096).Dense(1000);
        notes.Right("parameters of the variant with 64 filters", 61_100_840L, later.Parameters);
        notes.Right("parameters of the paper's network, in two groups", 60_965_224L, Paper(groups: 2).Parameters);
        notes.Right("the same without groups", 62_378_344L, Paper(groups: 1).Parameters);
        notes.Other("parameters with 96 filters", later.Parameters, Paper(groups: 2).Parameters);
    }

    private static void FirstLayer(Notes notes)
    {
        notes.Slide("parameters", 34_944, Conv1.Parameters.Sum(parameter => parameter.Value.Count));
        notes.Slide("output", new Shape(96, 55, 55), Conv1.OutputShape(new Shape(3, 227, 227)));
    }

    private static void LayerByLayer(Notes notes)
    {
        NetworkSize size = new(new Shape(3, 227, 227));
        notes.Slide("CONV1", new Shape(96, 55, 55), size.Convolution(96, 11, 4).Shape);
        notes.Slide("MAX POOL1", new Shape(96, 27, 27), size.MaxPooling(3, 2).Shape);
        notes.Slide("CONV2", new Shape(256, 27, 27), size.Convolution(256, 5, padding: 2, groups: 2).Shape);
        notes.Slide("MAX POOL2", new Shape(256, 13, 13), size.MaxPooling(3, 2).Shape);
        notes.Slide("CONV3", new Shape(384, 13, 13), size.Convolution(384, 3, padding: 1).Shape);
        notes.Slide("CONV4", new Shape(384, 13, 13), size.Convolution(384, 3, padding: 1, groups: 2).Shape);
        notes.Slide("CONV5", new Shape(256, 13, 13), size.Convolution(256, 3, padding: 1, groups: 2).Shape);
        notes.Slide("MAX POOL3", new Shape(256, 6, 6), size.MaxPooling(3, 2).Shape);
        notes.Slide("FC6", new Shape(4096), size.Dense(4096).Shape);
        notes.Slide("FC7", new Shape(4096), size.Dense(4096).Shape);
        notes.Slide("FC8", new Shape(1000), size.Dense(1000).Shape);
        notes.Slide("units of convolutions and dense layers, in thousands", 650, 1e-3 * size.Units, within: 10);
        notes.Right("units", 659_272L, size.Units);
    }

    // Krizhevsky et al. 2012: the second, fourth and fifth convolution each see the maps of their own processor only.
    private static NetworkSize Paper(int groups) => new NetworkSize(new Shape(3, 227, 227))
        .Convolution(96, 11, 4).MaxPooling(3, 2).Convolution(256, 5, padding: 2, groups: groups).MaxPooling(3, 2)
        .Convolution(384, 3, padding: 1).Convolution(384, 3, padding: 1, groups: groups).Convolution(256, 3, padding: 1, groups: groups).MaxPooling(3, 2)
        .Dense(4096).Dense(4096).Dense(1000);
}
