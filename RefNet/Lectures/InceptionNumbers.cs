using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;
using static RefNet.Lectures.PaperLayers;

namespace RefNet.Lectures;

/// <summary>The cost of an Inception module and of GoogLeNet. LECTURES X1, X20, Y15.</summary>
internal static class InceptionNumbers
{
    private static readonly Shape Input = new(256, 28, 28);

    public static IEnumerable<Replay> All { get; } =
    [
        new("X1", "S3", "products of an Inception module with bottlenecks",
            "With 1x1 bottlenecks of 64 the module takes 358 million products, against 854 million without.",
            "The six convolutions sum to 271 million, 3.15 times fewer than 854 and not 2.4 times. 358 million comes out when the 3x3 convolution, 86.7 million, is counted twice.",
            Bottlenecks),
        new("X20", "S3", "dense layers and parameters of GoogLeNet",
            "GoogLeNet is said to have no fully connected layers and only 5 million parameters.",
            "It ends in a linear layer from 1024 averages to 1000 classes, 1,025,000 parameters, on top of 5,973,552 of convolutions: 7.0 million. The two auxiliary heads add 6.4 million during training.",
            DenseLayers),
        new("Y15", "S3", "output and products of the plain Inception module",
            "On 28x28x256, with 128, 192 and 96 filters and pooling: 28x28x672 and 854 million products; with bottlenecks 28x28x480.", compute: Plain),
    ];

    private static NetworkNumbers PlainModule => new(new Concatenation<float>(
        Convolution(256, 128, 1), Convolution(256, 192, 3, padding: 1), Convolution(256, 96, 5, padding: 2), MaxPooling(3, 1, padding: 1)), Input);

    private static NetworkNumbers ModuleWithBottlenecks => new(Module(256, 128, 64, 192, 64, 96, 64), Input);

    // Szegedy et al. 2015, table 1.
    private static Network<float> GoogLeNet => new(new Shape(3, 224, 224), seed: 0,
        Convolution(3, 64, 7, stride: 2, padding: 3, rounding: Rounding.Floor), new ReLU<float>(), MaxPooling(3, 2, rounding: Rounding.Ceiling), // 64x56x56
        Convolution(64, 64, 1), new ReLU<float>(),
        Convolution(64, 192, 3, padding: 1), new ReLU<float>(), MaxPooling(3, 2, rounding: Rounding.Ceiling), // 192x28x28
        Module(192, 64, 96, 128, 16, 32, 32),                                                                 // 3a: 256x28x28
        Module(256, 128, 128, 192, 32, 96, 64), MaxPooling(3, 2, rounding: Rounding.Ceiling),                 // 3b: 480x14x14
        Module(480, 192, 96, 208, 16, 48, 64), new SideHead<float>(Head(512), weight: 0.3),                   // 4a: 512x14x14
        Module(512, 160, 112, 224, 24, 64, 64),                                                               // 4b: 512x14x14
        Module(512, 128, 128, 256, 24, 64, 64),                                                               // 4c: 512x14x14
        Module(512, 112, 144, 288, 32, 64, 64), new SideHead<float>(Head(528), weight: 0.3),                  // 4d: 528x14x14
        Module(528, 256, 160, 320, 32, 128, 128), MaxPooling(3, 2, rounding: Rounding.Ceiling),               // 4e: 832x7x7
        Module(832, 256, 160, 320, 32, 128, 128),                                                             // 5a: 832x7x7
        Module(832, 384, 192, 384, 48, 128, 128),                                                             // 5b: 1024x7x7
        new AveragePooling2D<float>(7) { Name = "Averages" }, new Dropout<float>(0.4), new Flatten<float>(),
        new Dense<float>(1024, 1000));

    // The columns of table 1: #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj.
    private static Concatenation<float> Module(int inputs, int c1, int c3Reduced, int c3, int c5Reduced, int c5, int pooled) => new(
        new Sequential<float>(Convolution(inputs, c1, 1), new ReLU<float>()),
        new Sequential<float>(Convolution(inputs, c3Reduced, 1), new ReLU<float>(), Convolution(c3Reduced, c3, 3, padding: 1), new ReLU<float>()),
        new Sequential<float>(Convolution(inputs, c5Reduced, 1), new ReLU<float>(), Convolution(c5Reduced, c5, 5, padding: 2), new ReLU<float>()),
        new Sequential<float>(MaxPooling(3, 1, padding: 1), Convolution(inputs, pooled, 1), new ReLU<float>()));

    // An auxiliary classifier, on 14x14 maps.
    private static Sequential<float> Head(int inputs) => new(
        new AveragePooling2D<float>(5, stride: 3), Convolution(inputs, 128, 1), new ReLU<float>(), new Flatten<float>(),
        new Dense<float>(128 * 4 * 4, 1024), new ReLU<float>(), new Dropout<float>(0.7), new Dense<float>(1024, 1000));

    private static void Bottlenecks(Notes notes)
    {
        Shape reduced = new(64, 28, 28);
        (string What, long Products)[] parts =
        [
            ("1x1 to 64, before 3x3", Convolution(256, 64, 1).Cost(Input).MultiplyAccumulates),
            ("1x1 to 64, before 5x5", Convolution(256, 64, 1).Cost(Input).MultiplyAccumulates),
            ("1x1 to 64, after the pooling", Convolution(256, 64, 1).Cost(Input).MultiplyAccumulates),
            ("1x1 to 128", Convolution(256, 128, 1).Cost(Input).MultiplyAccumulates),
            ("3x3 to 192", Convolution(64, 192, 3, padding: 1).Cost(reduced).MultiplyAccumulates),
            ("5x5 to 96", Convolution(64, 96, 5, padding: 2).Cost(reduced).MultiplyAccumulates),
        ];
        foreach ((string what, long products) in parts)
            notes.Line(FormattableString.Invariant($"{what}: {products:N0}"));

        long sum = parts.Sum(part => part.Products);
        notes.Right("the module as a whole", sum, ModuleWithBottlenecks.MultiplyAccumulates);
        notes.Wrong("products, in millions", 358, 1e-6 * sum, within: 0.5);
        notes.Right("products", 271_351_808L, sum);
        notes.Right("products with the 3x3 convolution counted twice", 358_055_936L, sum + parts[4].Products);
        notes.Right("times fewer than the plain module", 3.15, (double)PlainModule.MultiplyAccumulates / sum, within: 0.005);
    }

    private static void Plain(Notes notes)
    {
        notes.Slide("output", new Shape(672, 28, 28), PlainModule.Output);
        notes.Slide("products, in millions", 854, 1e-6 * PlainModule.MultiplyAccumulates, within: 0.5);
        notes.Right("products", 854_196_224L, PlainModule.MultiplyAccumulates);
        notes.Slide("output with bottlenecks", new Shape(480, 28, 28), ModuleWithBottlenecks.Output);
    }

    private static void DenseLayers(Notes notes)
    {
        Network<float> network = GoogLeNet;
        NetworkNumbers numbers = new(network);
        notes.Right("maps before the last layer", new Shape(1024, 1, 1), NetworkNumbers.Outputs(network)["Averages"]);
        notes.Right("parameters of the convolutions", 5_973_552L, numbers.Parameters - numbers.DenseParameters);
        notes.Wrong("parameters of fully connected layers", 0L, numbers.DenseParameters);
        notes.Right("parameters of the last layer", 1_025_000L, numbers.DenseParameters);
        notes.Wrong("parameters, in millions", 5, 1e-6 * numbers.Parameters, within: 0.5);
        notes.Right("parameters", 6_998_552L, numbers.Parameters);
        notes.Right("parameters of both auxiliary heads", 6_379_728L, NetworkNumbers.ParametersOf(network) - numbers.Parameters);
    }
}
