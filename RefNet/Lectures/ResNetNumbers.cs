using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>The size and cost of residual networks. LECTURES X17, X18, X21, Y17, Y22.</summary>
internal static class ResNetNumbers
{
    public static IEnumerable<Replay> All { get; } =
    [
        new("X18", "S0", "operations of a 3x3 convolution of 256 channels",
            "256 x 256 x 3 x 3, about 600,000 operations.",
            "That product is the number of weights, and of products at one output position: 589,824. A map of 28x28 has 784 positions. The bottleneck 256-64-64-256 has 69,632 weights, 8.47 times fewer.",
            WeightsAreNotOperations),
        new("X21", "S1,S3,S4", "the dense layer of ResNet",
            "ResNet is said to have no fully connected layers.",
            "It ends in one, from the averages of the last maps to 1000 classes. Another lecture is right: convolutions all the way, until the last layer.", LastLayer),
        new("Y17", "S0,S3", "weights of a bottleneck",
            "256-64-64-256 with kernels of 1, 3 and 1 has about 70,000 weights; one 3x3 convolution of 256 channels about 600,000.", compute: Bottleneck),
        new("Y22", "S1", "ResNet-50 against VGG-16",
            "25 million parameters and 3.8 billion products against 138 million and 15.3 billion.", compute: Comparison),
    ];

    private static readonly Shape Maps = new(256, 28, 28);

    private static NetworkNumbers Plain => new(Convolution(256, 256, 3), Maps);

    private static NetworkNumbers Narrow => new(new Sequential<float>(
        Convolution(256, 64, 1), new ReLU<float>(), Convolution(64, 64, 3), new ReLU<float>(), Convolution(64, 256, 1)), Maps);

    /// <summary>ResNet-18: two blocks of two 3x3 convolutions in each of four stages. He et al. 2016, table 1.</summary>
    /// <param name="classes">The number of units of the last layer.</param>
    /// <param name="bias">Whether convolutions have biases, which batch normalisation cancels.</param>
    public static Network<float> ResNet18(int classes, bool bias)
    {
        List<Layer<float>> layers = [.. Stem(bias)];
        int maps = 64;
        foreach ((int channels, int stride) in new[] { (64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1) })
        {
            Sequential<float> body = new(
                Convolution(maps, channels, 3, stride, bias), new BatchNormalization<float>(channels), new ReLU<float>(),
                Convolution(channels, channels, 3, bias: bias), new BatchNormalization<float>(channels));
            layers.AddRange([new Sum<float>(body, stride == 1 ? new Identity<float>() : Projection(maps, channels, stride, bias)), new ReLU<float>()]);
            maps = channels;
        }

        return Network(layers, maps, classes);
    }

    /// <summary>ResNet-50: 3, 4, 6 and 3 bottlenecks; the first or the second convolution of a stage halves the maps.</summary>
    public static Network<float> ResNet50(bool strideOnFirst)
    {
        List<Layer<float>> layers = [.. Stem(bias: false)];
        int maps = 64;
        foreach ((int channels, int blocks) in new[] { (64, 3), (128, 4), (256, 6), (512, 3) })
        {
            for (int block = 0; block < blocks; block++)
            {
                int stride = block == 0 && channels > 64 ? 2 : 1;
                (int first, int second) = strideOnFirst ? (stride, 1) : (1, stride);
                Sequential<float> body = new(
                    Convolution(maps, channels, 1, first), new BatchNormalization<float>(channels), new ReLU<float>(),
                    Convolution(channels, channels, 3, second), new BatchNormalization<float>(channels), new ReLU<float>(),
                    Convolution(channels, 4 * channels, 1), new BatchNormalization<float>(4 * channels));
                layers.AddRange([new Sum<float>(body, block > 0 ? new Identity<float>() : Projection(maps, 4 * channels, stride)), new ReLU<float>()]);
                maps = 4 * channels;
            }
        }

        return Network(layers, maps, classes: 1000);
    }

    private static IEnumerable<Layer<float>> Stem(bool bias) =>
        [Convolution(3, 64, 7, stride: 2, bias), new BatchNormalization<float>(64), new ReLU<float>(), PaperLayers.MaxPooling(3, 2, padding: 1, Rounding.Floor)];

    private static Sequential<float> Projection(int inputs, int maps, int stride, bool bias = false) =>
        new(Convolution(inputs, maps, 1, stride, bias), new BatchNormalization<float>(maps));

    private static Network<float> Network(List<Layer<float>> layers, int maps, int classes) =>
        new(new Shape(3, 224, 224), seed: 0, [.. layers, new AveragePooling2D<float>(7), new Flatten<float>(), new Dense<float>(maps, classes)]);

    private static Convolution2D<float> Convolution(int inputs, int maps, int kernel, int stride = 1, bool bias = false) =>
        PaperLayers.Convolution(inputs, maps, kernel, stride, padding: kernel / 2, bias: bias, rounding: Rounding.Floor);

    private static void WeightsAreNotOperations(Notes notes)
    {
        notes.Right("weights", 589_824L, Plain.Parameters);
        notes.Right("products at one position", 589_824L, Plain.MultiplyAccumulates / (28 * 28));
        notes.Wrong("products on a map of 28x28", 600_000, Plain.MultiplyAccumulates, within: 50_000);
        notes.Right("weights of the bottleneck", 69_632L, Narrow.Parameters);
        notes.Right("ratio", 8.47, (double)Plain.Parameters / Narrow.Parameters, within: 0.005);
    }

    private static void LastLayer(Notes notes)
    {
        NetworkNumbers numbers = new(ResNet50(strideOnFirst: true));
        notes.Wrong("parameters of fully connected layers in ResNet-50", 0L, numbers.DenseParameters);
        notes.Right("parameters of fully connected layers in ResNet-50", 2048 * 1000L + 1000, numbers.DenseParameters);
    }

    private static void Bottleneck(Notes notes)
    {
        notes.Slide("weights of the bottleneck, in thousands", 70, 1e-3 * Narrow.Parameters, within: 0.5);
        notes.Right("weights of the bottleneck", 69_632L, Narrow.Parameters);
        notes.Slide("weights of the 3x3 convolution, in thousands", 600, 1e-3 * Plain.Parameters, within: 50);
        notes.Right("weights of the 3x3 convolution", 589_824L, Plain.Parameters);
        notes.Right("output of both", Plain.Output, Narrow.Output);
    }

    private static void Comparison(Notes notes)
    {
        NetworkNumbers resNet = new(ResNet50(strideOnFirst: true));
        NetworkNumbers vgg = VggNumbers.D;
        notes.Slide("parameters of ResNet-50, in millions", 25, Math.Floor(1e-6 * resNet.Parameters));
        notes.Slide("products of ResNet-50, in billions", 3.8, 1e-9 * resNet.MultiplyAccumulates, within: 0.06);
        notes.Slide("parameters of VGG-16, in millions", 138, 1e-6 * vgg.Parameters, within: 0.5);
        notes.Slide("products of the convolutions of VGG-16, in billions", 15.3, 1e-9 * (vgg.MultiplyAccumulates - vgg.DenseMultiplyAccumulates), within: 0.05);
        notes.Right("parameters of ResNet-50", 25_557_032L, resNet.Parameters);
        notes.Right("products of ResNet-50", 3_857_973_248L, resNet.MultiplyAccumulates);
        notes.Right("the same with the stride on the 3x3 convolutions", 4_089_184_256L, new NetworkNumbers(ResNet50(strideOnFirst: false)).MultiplyAccumulates);
        notes.Right("parameters of VGG-16", 138_357_544L, vgg.Parameters);
        notes.Right("products of VGG-16 in dense layers", 123_633_664L, vgg.DenseMultiplyAccumulates);
        notes.Right("products of VGG-16 in convolutions", 15_346_630_656L, vgg.MultiplyAccumulates - vgg.DenseMultiplyAccumulates);
    }
}
