using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>Shapes and sizes of AlexNet. LECTURES X13, X14, X36, Y13, Y14.</summary>
internal static class AlexNetNumbers
{
    public static IEnumerable<Replay> All { get; } =
    [
        new("X13", "S3", "the order of pooling and normalisation in AlexNet",
            "A convolution, then max pooling, then normalisation.",
            "The paper normalises the outputs of the ReLU and then pools them. The slide's order is that of CaffeNet, a variant. The two differ: a maximum that is pooled first is normalised by the maxima of the other maps, not by their values at its own position.",
            OrderOfNormalization),
        new("X14", "S1", "images that AlexNet's first layer takes",
            "224x224 images, 11x11 kernels at stride 4 without a border, 55x55 outputs; a dense layer in its place would have 43.7 billion weights.",
            "(224 - 11) / 4 + 1 = 54.25 is not a whole number: 55 needs images of 227, as in another lecture, and then the dense layer has 44.9 billion weights. The 43.7 billion belong to 224.",
            FirstLayerAt224),
        new("X36", "S2", "AlexNet with 64 filters",
            "The first layer of AlexNet is said to have 64 filters of 3x11x11.",
            "The paper has 96. 64 belong to a later variant (Krizhevsky 2014, \"One weird trick\"), which libraries offer under the same name: 64, 192, 384, 256 and 256 filters, without groups.",
            Variants),
        new("Y13", "S1", "AlexNet's first layer",
            "96 kernels of 11x11x3 have 34,944 parameters and give 55x55x96.", compute: FirstLayer),
        new("Y14", "S3", "AlexNet layer by layer",
            "227, 55, 27, 27, 13, 13, 13, 13 and 6 pixels per side, then 4096, 4096 and 1000 units; 650,000 units in all.", compute: LayerByLayer),
    ];

    private static Convolution2D<float> Conv1 => new(3, 96, kernel: 11, stride: 4);

    // Two maps of two pixels; with k = α/n = 1 and β = 1/2 each value is divided by √(1 + the sum of squares at its position).
    private static void OrderOfNormalization(Notes notes)
    {
        Tensor<double> x = new(new Shape(1, 2, 1, 2), [1, 2, 5, 0]);
        double[] paper = Run(Normalization(), Pooling()), slide = Run(Pooling(), Normalization());
        for (int map = 0; map < 2; map++)
        {
            double largest = map == 0 ? 2 : 5;
            notes.Right($"map {map + 1}, normalised and then pooled", largest / Math.Sqrt(map == 0 ? 5 : 27), paper[map], within: 1e-12);
            notes.Right($"map {map + 1}, pooled and then normalised", largest / Math.Sqrt(30), slide[map], within: 1e-12);
            notes.Other($"map {map + 1}, the paper's order against the slide's", paper[map], slide[map], within: 0.01);
        }

        double[] Run(params ReadOnlySpan<Layer<double>> layers) => new Sequential<double>(layers).Forward(x, Mode.Evaluate).Values.ToArray();
        static Layer<double> Normalization() => new LocalResponseNormalization<double>(3, alpha: 3, beta: 0.5, k: 1);
        static Layer<double> Pooling() => new MaxPooling2D<double>(PoolingGeometry.Row(2));
    }

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
        notes.Right("parameters of the variant with 64 filters", 61_100_840L, NetworkNumbers.ParametersOf(Later));
        notes.Right("parameters of the paper's network, in two groups", 60_965_224L, NetworkNumbers.ParametersOf(Paper(groups: 2)));
        notes.Right("the same without groups", 62_378_344L, NetworkNumbers.ParametersOf(Paper(groups: 1)));
        notes.Other("parameters with 96 filters", NetworkNumbers.ParametersOf(Later), NetworkNumbers.ParametersOf(Paper(groups: 2)));
    }

    private static void FirstLayer(Notes notes)
    {
        notes.Slide("parameters", 34_944L, NetworkNumbers.ParametersOf(Conv1));
        notes.Slide("output", new Shape(96, 55, 55), Conv1.OutputShape(new Shape(3, 227, 227)));
    }

    private static void LayerByLayer(Notes notes)
    {
        Network<float> network = Paper(groups: 2);
        Dictionary<string, Shape> outputs = NetworkNumbers.Outputs(network);
        notes.Slide("CONV1", new Shape(96, 55, 55), outputs["CONV1"]);
        notes.Slide("MAX POOL1", new Shape(96, 27, 27), outputs["POOL1"]);
        notes.Slide("CONV2", new Shape(256, 27, 27), outputs["CONV2"]);
        notes.Slide("MAX POOL2", new Shape(256, 13, 13), outputs["POOL2"]);
        notes.Slide("CONV3", new Shape(384, 13, 13), outputs["CONV3"]);
        notes.Slide("CONV4", new Shape(384, 13, 13), outputs["CONV4"]);
        notes.Slide("CONV5", new Shape(256, 13, 13), outputs["CONV5"]);
        notes.Slide("MAX POOL3", new Shape(256, 6, 6), outputs["POOL3"]);
        notes.Slide("FC6", new Shape(4096), outputs["FC6"]);
        notes.Slide("FC7", new Shape(4096), outputs["FC7"]);
        notes.Slide("FC8", new Shape(1000), outputs["FC8"]);
        long units = new NetworkNumbers(network).Units;
        notes.Slide("units of convolutions and dense layers, in thousands", 650, 1e-3 * units, within: 10);
        notes.Right("units", 659_272L, units);
    }

    // Krizhevsky et al. 2012, without its normalisation across maps, which has no parameters. The second, fourth and fifth
    // convolutions see only the maps on their own GPU.
    private static Network<float> Paper(int groups) => new(new Shape(3, 227, 227), seed: 0,
        new Convolution2D<float>(3, 96, kernel: 11, stride: 4) { Name = "CONV1" }, new ReLU<float>(), new MaxPooling2D<float>(3, stride: 2) { Name = "POOL1" },
        new Convolution2D<float>(96, 256, ConvolutionGeometry.Square(5, padding: 2), groups) { Name = "CONV2" }, new ReLU<float>(),
        new MaxPooling2D<float>(3, stride: 2) { Name = "POOL2" },
        new Convolution2D<float>(256, 384, kernel: 3, padding: 1) { Name = "CONV3" }, new ReLU<float>(),
        new Convolution2D<float>(384, 384, ConvolutionGeometry.Square(3, padding: 1), groups) { Name = "CONV4" }, new ReLU<float>(),
        new Convolution2D<float>(384, 256, ConvolutionGeometry.Square(3, padding: 1), groups) { Name = "CONV5" }, new ReLU<float>(),
        new MaxPooling2D<float>(3, stride: 2) { Name = "POOL3" }, new Flatten<float>(),
        new Dense<float>(256 * 6 * 6, 4096) { Name = "FC6" }, new ReLU<float>(), new Dropout<float>(0.5),
        new Dense<float>(4096, 4096) { Name = "FC7" }, new ReLU<float>(), new Dropout<float>(0.5),
        new Dense<float>(4096, 1000) { Name = "FC8" });

    // Krizhevsky 2014.
    private static Network<float> Later => new(new Shape(3, 224, 224), seed: 0,
        PaperLayers.Convolution(3, 64, 11, stride: 4, padding: 2, rounding: Rounding.Floor), new ReLU<float>(), new MaxPooling2D<float>(3, stride: 2),
        new Convolution2D<float>(64, 192, kernel: 5, padding: 2), new ReLU<float>(), new MaxPooling2D<float>(3, stride: 2),
        new Convolution2D<float>(192, 384, kernel: 3, padding: 1), new ReLU<float>(),
        new Convolution2D<float>(384, 256, kernel: 3, padding: 1), new ReLU<float>(),
        new Convolution2D<float>(256, 256, kernel: 3, padding: 1), new ReLU<float>(), new MaxPooling2D<float>(3, stride: 2), new Flatten<float>(),
        new Dropout<float>(0.5), new Dense<float>(256 * 6 * 6, 4096), new ReLU<float>(),
        new Dropout<float>(0.5), new Dense<float>(4096, 4096), new ReLU<float>(), new Dense<float>(4096, 1000));
}
