using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>What residual networks hold and cost. LECTURES X17, X18, X21, Y17, Y22.</summary>
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
            "It ends in one: from the averages of the last maps to 1000 classes. Another lecture has it right: convolutions all the way, until the last layer.", LastLayer),
        new("Y17", "S0,S3", "weights of a bottleneck",
            "256-64-64-256 with kernels of 1, 3 and 1 has about 70,000 weights; one 3x3 convolution of 256 channels about 600,000.", compute: Bottleneck),
        new("Y22", "S1", "ResNet-50 against VGG-16",
            "25 million parameters and 3.8 billion products against 138 million and 15.3 billion.", compute: Comparison),
    ];

    private static NetworkSize Plain => new NetworkSize(new Shape(256, 28, 28)).Convolution(256, 3, padding: 1, bias: false);

    private static NetworkSize Narrow => new NetworkSize(new Shape(256, 28, 28))
        .Convolution(64, 1, bias: false).Convolution(64, 3, padding: 1, bias: false).Convolution(256, 1, bias: false);

    /// <summary>ResNet-18: two blocks of two 3x3 convolutions in each of four stages.</summary>
    /// <param name="classes">Units of the last layer.</param>
    /// <param name="bias">Whether convolutions have biases, which batch normalisation takes away again.</param>
    public static NetworkSize ResNet18(int classes, bool bias)
    {
        NetworkSize size = Stem(bias);
        foreach ((int channels, int stride) in new[] { (64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1) })
        {
            size.Residual(
                b => b.Convolution(channels, 3, stride, 1, bias: bias, rounding: Rounding.Floor).Normalization()
                    .Convolution(channels, 3, padding: 1, bias: bias).Normalization(),
                stride == 1 ? null : p => p.Convolution(channels, 1, stride, bias: bias, rounding: Rounding.Floor).Normalization());
        }

        return size.AveragePooling(7, 1).Dense(classes);
    }

    /// <summary>ResNet-50: bottlenecks, 3, 4, 6 and 3 of them; the first convolution of a stage halves the maps, or the second.</summary>
    public static NetworkSize ResNet50(bool strideOnFirst)
    {
        NetworkSize size = Stem(bias: false);
        (int Channels, int Blocks)[] stages = [(64, 3), (128, 4), (256, 6), (512, 3)];
        foreach ((int channels, int blocks) in stages)
        {
            for (int block = 0; block < blocks; block++)
            {
                int stride = block == 0 && channels > 64 ? 2 : 1;
                (int first, int second) = strideOnFirst ? (stride, 1) : (1, stride);
                size.Residual(
                    b => b.Convolution(channels, 1, first, bias: false, rounding: Rounding.Floor).Normalization()
                        .Convolution(channels, 3, second, 1, bias: false, rounding: Rounding.Floor).Normalization()
                        .Convolution(4 * channels, 1, bias: false).Normalization(),
                    block > 0 ? null : p => p.Convolution(4 * channels, 1, stride, bias: false, rounding: Rounding.Floor).Normalization());
            }
        }

        return size.AveragePooling(7, 1).Dense(1000);
    }

    private static NetworkSize Stem(bool bias) => new NetworkSize(new Shape(3, 224, 224))
        .Convolution(64, 7, 2, 3, bias: bias, rounding: Rounding.Floor).Normalization().MaxPooling(3, 2, 1, Rounding.Floor);

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
        NetworkSize size = ResNet50(strideOnFirst: true);
        notes.Wrong("parameters of fully connected layers in ResNet-50", 0L, size.DenseParameters);
        notes.Right("parameters of fully connected layers in ResNet-50", 2048 * 1000L + 1000, size.DenseParameters);
    }

    private static void Bottleneck(Notes notes)
    {
        notes.Slide("weights of the bottleneck, in thousands", 70, 1e-3 * Narrow.Parameters, within: 0.5);
        notes.Right("weights of the bottleneck", 69_632L, Narrow.Parameters);
        notes.Slide("weights of the 3x3 convolution, in thousands", 600, 1e-3 * Plain.Parameters, within: 50);
        notes.Right("weights of the 3x3 convolution", 589_824L, Plain.Parameters);
        notes.Right("output of both", Plain.Shape, Narrow.Shape);
    }

    private static void Comparison(Notes notes)
    {
        NetworkSize resNet = ResNet50(strideOnFirst: true);
        NetworkSize vgg = VggNumbers.D;
        notes.Slide("parameters of ResNet-50, in millions", 25, Math.Floor(1e-6 * resNet.Parameters));
        notes.Slide("products of ResNet-50, in billions", 3.8, 1e-9 * resNet.MultiplyAccumulates, within: 0.06);
        notes.Slide("parameters of VGG-16, in millions", 138, 1e-6 * vgg.Parameters, within: 0.5);
        notes.Slide("products of the convolutions of VGG-16, in billions", 15.3, 1e-9 * (vgg.MultiplyAccumulates - vgg.DenseMultiplyAccumulates), within: 0.05);
        notes.Right("parameters of ResNet-50", 25_557_032L, resNet.Parameters);
        notes.Right("products of ResNet-50", 3_857_973_248L, resNet.MultiplyAccumulates);
        notes.Right("the same with the stride on the 3x3 convolutions", 4_089_184_256L, ResNet50(strideOnFirst: false).MultiplyAccumulates);
        notes.Right("parameters of VGG-16", 138_357_544L, vgg.Parameters);
        notes.Right("products of VGG-16 in dense layers", 123_633_664L, vgg.DenseMultiplyAccumulates);
        notes.Right("products of VGG-16 in convolutions", 15_346_630_656L, vgg.MultiplyAccumulates - vgg.DenseMultiplyAccumulates);
    }
}
