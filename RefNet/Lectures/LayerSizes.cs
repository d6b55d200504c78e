using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>Shapes and parameters of single layers and small networks. LECTURES X9, X37, Y4, Y5, Y6, Y7, Y16, Y18, Y19, Y20.</summary>
internal static class LayerSizes
{
    private static readonly Shape ColourImage = new(3, 32, 32);

    public static IEnumerable<Replay> All { get; } =
    [
        new("X9", "S2", "shape of a merged weight matrix",
            "The product of the second and the first weight matrix, W3 = W2 W1, is said to be C x H.",
            "W1 is H x D and W2 is C x H, so W2 W1 is C x D: it maps D inputs to C classes, and the H hidden units are gone. That is why two linear layers equal one.",
            MergedMatrix),
        new("X37", "S1", "weights of a dense layer on a photograph",
            "A 200x200 image with 40,000 hidden units needs about 2 billion weights.",
            "40,000 pixels times 40,000 units are 1.6 billion, for a grey image. In colour it would be 4.8 billion.", DensePhotograph, isRemark: true),
        new("Y4", "S1,S2,S3", "ten 5x5 filters on a colour image",
            "32x32x3, ten 5x5 filters, stride 1, border 2: 32x32x10 with 760 parameters.",
            compute: notes => Convolution(notes, ColourImage, 10, 5, 2, new Shape(10, 32, 32), 760)),
        new("Y5", "S1,S2,S3", "two convolutions without padding",
            "Six 5x5x3 filters give 28x28x6, and then ten 5x5x6 filters 24x24x10.", compute: TwoConvolutions),
        new("Y6", "S1,S2,S3", "what one position of a filter computes",
            "A 5x5x3 filter takes a dot product of 75 numbers and adds a bias.", compute: DotProduct),
        new("Y7", "S1,S2", "a colour image as a vector",
            "32x32x3 becomes 3072 numbers; ten outputs need 10 x 3072 weights.", compute: FlatImage),
        new("Y16", "S3", "1x1 convolution",
            "32 filters of 1x1x64 take 56x56x64 to 56x56x32.",
            compute: notes => Convolution(notes, new Shape(64, 56, 56), 32, 1, 0, new Shape(32, 56, 56), 2080)),
        new("Y18", "S4", "three 5x5 layers and their 1x1 replacement",
            "On 56x56x128, three layers of 256 filters of 5x5 have more weights than one of them with two 1x1 layers.", compute: NetworkInNetwork),
        new("Y19", "S3", "a small network for digits",
            "32x32: six 5x5 maps, pooled, sixteen 5x5 maps, pooled, then 120, 100 and 10 units.", compute: DigitNetwork),
        new("Y20", "S1", "inputs of a flattened photograph",
            "150x150 pixels are 22,500 numbers, in colour 67,500.", compute: Photograph),
    ];

    private static void MergedMatrix(Notes notes)
    {
        const int D = 5, H = 4, C = 3;
        Dense<double> first = new(D, H, useBias: false), second = new(H, C, useBias: false), merged = new(D, C, useBias: false);
        Network<double> apart = new(new Shape(D), seed: 9, first, second);
        (Tensor<double> w1, Tensor<double> w2, Tensor<double> w3) = (first.Parameters[0].Value, second.Parameters[0].Value, merged.Parameters[0].Value);
        for (int c = 0; c < C; c++)
        {
            for (int d = 0; d < D; d++)
            {
                w3[c, d] = 0;
                for (int h = 0; h < H; h++)
                    w3[c, d] += w2[c, h] * w1[h, d];
            }
        }

        notes.Line($"D = {D}, H = {H}, C = {C}: W1 is {w1.Shape}, W2 is {w2.Shape}");
        notes.Wrong("W2 W1", new Shape(C, H), w3.Shape);
        notes.Right("W2 W1", new Shape(C, D), w3.Shape);
        Tensor<double> x = Draw.Normal(Seeds.Create(9), 2, D);
        notes.Holds("one layer with W2 W1 agrees with the two to 1e-14", Draw.Distance(merged.Forward(x, Mode.Evaluate), apart.Forward(x, Mode.Evaluate)) < 1e-14);
    }

    // The weights would take 6.4 GB: none are drawn here.
    private static void DensePhotograph(Notes notes)
    {
        Parameter<float> weight = new Dense<float>(200 * 200, 40_000, useBias: false).Parameters[0];
        notes.Right("weights of one unit", 40_000, weight.Shape[1]);
        notes.Slide("weights of 40,000 units, in billions and rounded", 2L, (weight.Count + 500_000_000L) / 1_000_000_000);
        notes.Right("weights of 40,000 units", 1_600_000_000, weight.Count);
    }

    private static void Convolution(Notes notes, Shape input, int filters, int kernel, int padding, Shape output, long parameters)
    {
        Convolution2D<float> layer = new(input[0], filters, kernel, padding: padding);
        notes.Slide("output", output, layer.OutputShape(input));
        notes.Right("parameters", parameters, Parameters(layer));
    }

    private static void TwoConvolutions(Notes notes)
    {
        Convolution2D<float> first = new(3, 6, kernel: 5);
        Convolution2D<float> second = new(6, 10, kernel: 5);
        notes.Slide("first output", new Shape(6, 28, 28), first.OutputShape(ColourImage));
        notes.Slide("second output", new Shape(10, 24, 24), second.OutputShape(first.OutputShape(ColourImage)));
        notes.Right("parameters of the first", 456L, Parameters(first));
        notes.Right("parameters of the second", 1510L, Parameters(second));
    }

    private static void DotProduct(Notes notes)
    {
        Convolution2D<float> layer = new(3, 1, kernel: 5);
        Cost position = layer.Cost(new Shape(3, 5, 5));
        notes.Slide("products at one position", 75L, position.MultiplyAccumulates);
        notes.Right("numbers added up, with the bias", 76L, position.Connections);
    }

    private static void FlatImage(Notes notes)
    {
        Shape flat = new Flatten<float>().OutputShape(ColourImage);
        notes.Slide("inputs", new Shape(3072), flat);
        Dense<float> dense = new(flat[0], 10);
        notes.Slide("weights", 30_720, dense.Parameters[0].Count);
        notes.Right("parameters with the biases", 30_730L, Parameters(dense));
    }

    private static void NetworkInNetwork(Notes notes)
    {
        Shape maps = new(128, 56, 56);
        Sequential<float> large = new(
            Same(128, 5), new ReLU<float>(), Same(256, 5), new ReLU<float>(), Same(256, 5), new ReLU<float>());
        Sequential<float> small = new(
            Same(128, 5), new ReLU<float>(), Same(256, 1), new ReLU<float>(), Same(256, 1), new ReLU<float>());
        notes.Right("weights of three 5x5 layers", 4_096_000L, Parameters(large));
        notes.Right("weights of one 5x5 and two 1x1 layers", 950_272L, Parameters(small));
        notes.Right("output of both", large.OutputShape(maps), small.OutputShape(maps));
        notes.Right("ratio", 4.31, (double)Parameters(large) / Parameters(small), within: 0.005);

        static Layer<float> Same(int inputs, int kernel) => PaperLayers.Convolution(inputs, 256, kernel, padding: kernel / 2, bias: false);
    }

    private static void DigitNetwork(Notes notes)
    {
        Network<float> network = new(new Shape(1, 32, 32), seed: 0,
            new Convolution2D<float>(1, 6, kernel: 5), new ReLU<float>(), new MaxPooling2D<float>(2),
            new Convolution2D<float>(6, 16, kernel: 5), new ReLU<float>(), new MaxPooling2D<float>(2), new Flatten<float>(),
            new Dense<float>(400, 120), new ReLU<float>(), new Dense<float>(120, 100), new ReLU<float>(), new Dense<float>(100, 10));
        notes.Right("parameters", 63_802L, Parameters(network));
        notes.Slide("outputs", new Shape(10), network.OutputShape(network.InputShape));
    }

    private static void Photograph(Notes notes)
    {
        Flatten<float> flatten = new();
        notes.Slide("grey", new Shape(22_500), flatten.OutputShape(new Shape(1, 150, 150)));
        notes.Slide("colour", new Shape(67_500), flatten.OutputShape(new Shape(3, 150, 150)));
    }

    private static long Parameters(Layer<float> layer) => NetworkNumbers.ParametersOf(layer);
}
