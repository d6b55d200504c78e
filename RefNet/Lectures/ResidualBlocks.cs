using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>The order of layers in and around a residual block, and its effect on gradients. LECTURES X15, X16, X17, X19.</summary>
internal static class ResidualBlocks
{
    private const int Channels = 8;

    public static IEnumerable<Replay> All { get; } =
    [
        new("X15", "S0", "order of the layers in ResNet's stem",
            "Convolution, max pooling, batch normalisation, ReLU.",
            "The paper has convolution, batch normalisation, ReLU, max pooling. ReLU and a maximum commute. Batch normalisation and a maximum do so only where normalisation is increasing: in evaluation with every gamma above 0. In training the statistics are those of other values.",
            Stem),
        new("X16", "S0", "a ReLU before the addition",
            "In the code of a residual block the branch ends in ReLU, and the sum passes through another ReLU.",
            "The paper adds first and then applies ReLU. With the slide's order the branch is never negative: a block with an identity shortcut can only add, and its last ReLU does nothing. He et al. 2016b tried this order and found it worse.",
            Branch),
        new("X17", "S0", "biases before batch normalisation",
            "The convolutions of a residual network keep their biases, with batch normalisation after each.",
            "A constant added to a channel is subtracted again with its mean. The gradient of such a bias is 0 in training, and the parameters are wasted: 4,800 of 11,200,293 in the slide's network.",
            Biases, isRemark: true),
        new("X19", "S1,S3", "why deeper plain networks are worse",
            "A deeper network without shortcuts is worse \"due to vanishing gradients\".",
            "He et al. trained those networks with batch normalisation, which keeps gradients from vanishing, and still saw the training error rise with depth: they call it degradation. Gradients do vanish without it, from small random weights.",
            GradientNorms),
    ];

    /// <summary>The distance between the slide's order and the paper's, over one batch of random images.</summary>
    /// <param name="mode">Train or Evaluate.</param>
    /// <param name="gamma">gamma of one channel; that of the others is 1.</param>
    public static double StemDistance(Mode mode, double gamma)
    {
        Tensor<double> images = Draw.Normal(Seeds.Create(15), 2, 3, 12, 12);
        return Draw.Distance(Stem(poolFirst: true).Forward(images, mode), Stem(poolFirst: false).Forward(images, mode));

        Network<double> Stem(bool poolFirst)
        {
            BatchNormalization<double> normalization = new(Channels);
            MaxPooling2D<double> pooling = new(PoolingGeometry.Square(3, stride: 2, padding: 1) with { Rounding = Rounding.Floor });
            Convolution2D<double> convolution = new(3, Channels, kernel: 3, padding: 1);
            Layer<double>[] behind = poolFirst ? [pooling, normalization, new ReLU<double>()] : [normalization, new ReLU<double>(), pooling];
            Network<double> stem = new(new Shape(3, 12, 12), seed: 1, [convolution, .. behind]);
            normalization.Parameters[0].Value[3] = gamma;
            return stem;
        }
    }

    /// <summary>
    /// The norms of the gradients at the input of each block, first to last, in a network of this many convolutions
    /// with ReLU, relative to the norm at the output.
    /// </summary>
    public static double[] Norms(int depth, bool normalized, bool shortcuts, Initializer initializer)
    {
        Layer<double>[] blocks = new Layer<double>[depth];
        for (int i = 0; i < depth; i++)
        {
            Convolution2D<double> convolution = new(Channels, Channels, kernel: 3, padding: 1, initializer: initializer);
            Sequential<double> body = normalized
                ? new(convolution, new BatchNormalization<double>(Channels), new ReLU<double>())
                : new(convolution, new ReLU<double>());
            blocks[i] = shortcuts ? new Sum<double>(body, new Identity<double>()) : body;
        }

        Network<double> network = new(new Shape(Channels, 6, 6), seed: 19, blocks);
        Random random = Seeds.Create(19);
        Tensor<double> y = network.Forward(Draw.Normal(random, 4, Channels, 6, 6), Mode.Train);
        Tensor<double> dY = Draw.Normal(random, y.Shape.ToArray());
        network.Backward(dY);
        return [.. blocks.Select(block => TensorPrimitives.Norm(block.InputGradient!.Values) / TensorPrimitives.Norm(dY.Values))];
    }

    private static void Stem(Notes notes)
    {
        notes.Right("largest difference in evaluation, every gamma above 0", 0, StemDistance(Mode.Evaluate, gamma: 0.5), within: 1e-14);
        notes.Other("the same with one gamma below 0", 0, StemDistance(Mode.Evaluate, gamma: -0.5), within: 1e-3);
        notes.Other("the same in training", 0, StemDistance(Mode.Train, gamma: 0.5), within: 1e-3);
    }

    private static void Branch(Notes notes)
    {
        Tensor<double> x = Draw.Normal(Seeds.Create(16), 3, Channels, 6, 6);
        TensorPrimitives.Abs(x.Values, x.Span); // the block before it ends in ReLU too
        Sum<double> slides = new(new Sequential<double>([.. Body(), new ReLU<double>()]), new Identity<double>());
        Sum<double> papers = new(new Sequential<double>(Body()), new Identity<double>());
        slides.Initialize(seed: 16);
        papers.Initialize(seed: 16);
        double[] printed = slides.Forward(x, Mode.Train).Values.ToArray();
        double[] right = papers.Forward(x, Mode.Train).Values.ToArray();
        double[] input = x.Values.ToArray();
        notes.Right("outputs of the slide's block below its input", 0, printed.Zip(input).Count(pair => pair.First < pair.Second));
        notes.Right("outputs that its last ReLU changes", 0, printed.Count(value => value < 0));
        notes.Other("outputs of the paper's block below its input", 0, right.Zip(input).Count(pair => Math.Max(0, pair.First) < pair.Second));
        notes.Other("outputs that its last ReLU changes", 0, right.Count(value => value < 0));

        static Layer<double>[] Body() =>
        [
            new Convolution2D<double>(Channels, Channels, kernel: 3, padding: 1), new BatchNormalization<double>(Channels), new ReLU<double>(),
            new Convolution2D<double>(Channels, Channels, kernel: 3, padding: 1), new BatchNormalization<double>(Channels),
        ];
    }

    private static void Biases(Notes notes)
    {
        Random random = Seeds.Create(17);
        Convolution2D<double> convolution = new(3, Channels, kernel: 3);
        Network<double> layers = new(new Shape(3, 6, 6), seed: 17, convolution, new BatchNormalization<double>(Channels), new ReLU<double>());
        Tensor<double> y = layers.Forward(Draw.Normal(random, 4, 3, 6, 6), Mode.Train);
        layers.Backward(Draw.Normal(random, y.Shape.ToArray()));
        double weights = convolution.Parameters[0].Gradient.Values.ToArray().Max(Math.Abs);
        double biases = convolution.Parameters[1].Gradient.Values.ToArray().Max(Math.Abs);
        notes.Line(FormattableString.Invariant($"largest gradient of a weight: {weights:g3}"));
        notes.Right("largest gradient of a bias, to rounding", 0, biases, within: 1e-12 * weights);
        long with = NetworkNumbers.ParametersOf(ResNetNumbers.ResNet18(classes: 37, bias: true));
        long without = NetworkNumbers.ParametersOf(ResNetNumbers.ResNet18(classes: 37, bias: false));
        notes.Right("parameters of the slide's network", 11_200_293L, with);
        notes.Right("without the biases", 11_195_493L, without);
        notes.Right("parameters that do nothing", 4_800L, with - without);
    }

    private static void GradientNorms(Notes notes)
    {
        const int Depth = 16;
        double[] plain = Norms(Depth, normalized: true, shortcuts: false, Initializer.He);
        double[] residual = Norms(Depth, normalized: true, shortcuts: true, Initializer.He);
        double[] small = Norms(Depth, normalized: false, shortcuts: false, Initializer.Gaussian(0.01));
        notes.Line($"gradient at the inputs of blocks {Depth}, {Depth / 2 + 1} and 1, over that at the output:");
        notes.Line($"plain with batch normalisation: {Three(plain)}");
        notes.Line($"residual with batch normalisation: {Three(residual)}");
        notes.Line($"plain without it, from weights of 0.01: {Three(small)}");
        notes.Holds("in the plain network with batch normalisation it reaches the first layer within a factor of 1000", plain[0] is > 1e-3 and < 1e3);
        notes.Holds("in the residual network too", residual[0] is > 1e-3 and < 1e3);
        notes.Holds("without normalisation, from weights of 0.01, it vanishes (below one millionth)", small[0] < 1e-6);

        static string Three(double[] norms) => FormattableString.Invariant($"{norms[^1]:g3}, {norms[norms.Length / 2]:g3}, {norms[0]:g3}");
    }
}
