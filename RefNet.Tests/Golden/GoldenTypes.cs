using System.Text.Json;
using RefNet.Blocks;
using RefNet.Data.Preparation;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Optimizers.Schedules;
using RefNet.Regularizers;
using RefNet.Tensors;

namespace RefNet.Tests.Golden;

/// <summary>Builds what a golden case describes; parameters and buffers are set afterwards, by name.</summary>
internal static class GoldenTypes
{
    public static Layer<double> Layer(string name, GoldenCase c) => name switch
    {
        "AdaptiveAveragePooling2D" => new AdaptiveAveragePooling2D<double>(c.Int("rows"), c.Int("columns")),
        "AveragePooling2D" => new AveragePooling2D<double>(Pooling(c), c.Bool("countPadding")),
        "BatchNormalization" => new BatchNormalization<double>(c.Int("channels"), c.Double("epsilon"), c.Double("momentum")),
        "BilinearUpsampling2D" => new BilinearUpsampling2D<double>(c.Int("factor"), c.Bool("alignCorners")),
        "ChannelShuffle" => new ChannelShuffle<double>(c.Int("groups")),
        "ConnectionTableConvolution2D" => new ConnectionTableConvolution2D<double>(c.Int("inputs"), Table(c), Convolution(c)),
        "ContrastNormalization" => new ContrastNormalization<double>(c.Int("channels"), c.Int("size"), c.Double("deviation"), c.Bool("acrossMaps")),
        "Convolution2D" => new Convolution2D<double>(c.Int("inputs"), c.Int("outputs"), Convolution(c), c.Int("groups"), useBias: c.Bool("bias")),
        "Dense" => new Dense<double>(c.Int("inputs"), c.Int("outputs"), useBias: c.Bool("bias")),
        "Elu" => new Elu<double>(c.Double("alpha")),
        "EuclideanRadialBasis" => new EuclideanRadialBasis<double>(c.Arrays["centres"]),
        "Flatten" => new Flatten<double>(),
        "FourierFeatures" => new FourierFeatures<double>(c.Int("inputs"), c.Int("frequencies"), sigma: 1),
        "GlobalAveragePooling2D" => new GlobalAveragePooling2D<double>(),
        "LeakyReLU" => new LeakyReLU<double>(c.Double("slope")),
        "LocalResponseNormalization" => new LocalResponseNormalization<double>(c.Int("size"), c.Double("alpha"), c.Double("beta"), c.Double("k"), c.Bool("averages")),
        "Maxout" => new Maxout<double>(c.Int("pieces")),
        "MaxPooling2D" => new MaxPooling2D<double>(Pooling(c)),
        "MaxUnpooling2D" => new MaxUnpooling2D<double>(new MaxPooling2D<double>(c.Int("size"), c.Int("stride"), rounding: Rounding.Floor), new Tanh<double>()),
        "NearestUpsampling2D" => new NearestUpsampling2D<double>(c.Int("factor")),
        "PaddedShortcut" => new PaddedShortcut<double>(c.Int("inputs"), c.Int("outputs"), c.Int("stride")),
        "PreparedInput" => new PreparedInput<double>(new(c.Arrays["mean"], c.Arrays.GetValueOrDefault("scale"), c.Arrays.GetValueOrDefault("matrix"))),
        "PReLU" => new PReLU<double>(c.Int("channels")),
        "ReLU" => new ReLU<double>(),
        "RoIMaxPooling2D" => new RoIMaxPooling2D<double>(c.Int("rows"), c.Int("columns"), Regions(c)),
        "ScaledTanh" => new ScaledTanh<double>(),
        "SeparableConvolution2D" => new SeparableConvolution2D<double>(
            c.Int("inputs"), c.Int("outputs"), Convolution(c), c.Int("multiplier"), useBias: c.Bool("bias")),
        "Sequential" => new Sequential<double>(new Flatten<double>(),
            new Dense<double>(6, 4) { Name = "F1" }, new Tanh<double>(), new Dense<double>(4, 3) { Name = "F2" }),
        "ShuffleNetUnit" => new ShuffleNetUnit<double>(c.Int("inputs"), c.Int("outputs"), c.Int("groups"), c.Int("stride"), c.Bool("groupsFirst")),
        "Sigmoid" => new Sigmoid<double>(),
        "Softmax" => new Softmax<double>(),
        "Softplus" => new Softplus<double>(),
        "SqueezeExcitation" => new SqueezeExcitation<double>(c.Int("channels"), c.Int("reduction"), c.Bool("bias")),
        "Subsampling2D" => new Subsampling2D<double>(c.Int("channels"), Pooling(c)),
        "Sum" => ResidualBlock(c),
        "Tanh" => new Tanh<double>(),
        "TransposedConvolution2D" => new TransposedConvolution2D<double>(
            c.Int("inputs"), c.Int("outputs"), Convolution(c), c.Int("outputPadding"), c.Int("groups"), useBias: c.Bool("bias")),
        "XceptionBlock" => new XceptionBlock<double>(c.Int("inputs"), c.Int("outputs"), c.Bool("pools") ? PoolingGeometry.Same(3, extent: 4, stride: 2) : null,
            c.Int("convolutions"), c.Bool("startsWithReLU"), c.Bool("growsLast")),
        "ZeroPadding2D" => new ZeroPadding2D<double>(c.Int("top"), c.Int("bottom"), c.Int("left"), c.Int("right")),
        _ => throw Unknown(name),
    };

    public static Loss<double> Loss(string name, GoldenCase c) => name switch
    {
        "BinaryCrossEntropy" => new BinaryCrossEntropy<double>(),
        "MaximumAPosteriori" => new MaximumAPosteriori<double>(c.Double("j")),
        "MeanAbsoluteError" => new MeanAbsoluteError<double>(),
        "MeanSquaredError" => new MeanSquaredError<double>(),
        "MulticlassHinge" => new MulticlassHinge<double>(c.Double("margin")),
        "PerceptronCriterion" => new PerceptronCriterion<double>(),
        "SmoothL1" => new SmoothL1<double>(c.Double("beta")),
        "SoftmaxCrossEntropy" => new SoftmaxCrossEntropy<double>(c.Double("smoothing"), c.Arrays.TryGetValue("weights", out Tensor<double>? weights) ? weights.Values.ToArray() : null),
        "WeightedSum" => new WeightedSum<double>((c.Double("first"), new MeanSquaredError<double>()), (c.Double("second"), new SmoothL1<double>())),
        _ => throw Unknown(name),
    };

    public static Regularizer<double> Regularizer(string name, GoldenCase c) => name switch
    {
        "ElasticNet" => new ElasticNet<double>(c.Double("lambda1"), c.Double("lambda2")),
        "L1Regularizer" => new L1Regularizer<double>(c.Double("lambda")),
        "L2Regularizer" => new L2Regularizer<double>(c.Double("lambda")),
        _ => throw Unknown(name),
    };

    public static Optimizer<double> Optimizer(string name, GoldenCase c, Parameter<double> theta) => name switch
    {
        "Adadelta" => new Adadelta<double>([theta], c.Arrays["rates"][0], c.Double("rho"), c.Double("delta")),
        "AdaGrad" => new AdaGrad<double>([theta], c.Arrays["rates"][0], c.Double("delta")),
        "Adam" => new Adam<double>([theta], c.Arrays["rates"][0], c.Double("beta1"), c.Double("beta2"), c.Double("delta")),
        "Momentum" => new Momentum<double>([theta], c.Arrays["rates"][0], c.Double("momentum")),
        "Nesterov" => new Nesterov<double>([theta], c.Arrays["rates"][0], c.Double("momentum")),
        "PerceptronRule" => new PerceptronRule<double>([theta]),
        "RmsProp" => new RmsProp<double>([theta], c.Arrays["rates"][0], c.Double("rho"), c.Double("delta")),
        "StochasticGradientDescent" => new StochasticGradientDescent<double>([theta], c.Arrays["rates"][0]),
        _ => throw Unknown(name),
    };

    public static LearningRateSchedule Schedule(string name, GoldenCase c) => name switch
    {
        "ConstantRate" => new ConstantRate(c.Double("rate")),
        "CosineDecay" => new CosineDecay(c.Double("rate"), c.Int("epochs"), c.Double("final")),
        "ExponentialDecay" => new ExponentialDecay(c.Double("rate"), c.Double("k")),
        "InverseDecay" => new InverseDecay(c.Double("rate"), c.Double("k")),
        "MultiStepDecay" => new MultiStepDecay(c.Double("rate"), c.Ints("after"), c.Double("factor")),
        "OneCycle" => new OneCycle(c.Double("rate"), c.Int("epochs"), c.Double("rise"), c.Double("divisor"), c.Double("finalDivisor")),
        "PlateauDecay" => new PlateauDecay(c.Double("rate"), c.Int("patience"), c.Double("factor")),
        "StepDecay" => new StepDecay(c.Double("rate"), c.Int("every"), c.Double("factor")),
        "WarmUp" => new WarmUp(new StepDecay(c.Double("rate"), c.Int("every"), c.Double("factor")), c.Int("epochs")),
        _ => throw Unknown(name),
    };

    private static ArgumentException Unknown(string name) =>
        new($"Say in {nameof(GoldenTypes)} how {name} is built from the settings of its golden cases.");

    private static Sum<double> ResidualBlock(GoldenCase c)
    {
        Sequential<double> body = new(
            new Convolution2D<double>(2, 3, kernel: 3, padding: 1) { Name = "C1" },
            new BatchNormalization<double>(3) { Name = "N1" },
            new ReLU<double>(),
            new Convolution2D<double>(3, c.Int("outputs"), kernel: 3, padding: 1) { Name = "C2" })
        { Name = "F" };
        return new Sum<double>(body, c.Bool("projected") ? new Convolution2D<double>(2, c.Int("outputs"), kernel: 1) { Name = "P" } : new Identity<double>());
    }

    private static ConvolutionGeometry Convolution(GoldenCase c) =>
        new(Window(c.Ints("rows")), Window(c.Ints("columns"))) { Flip = c.Bool("flip"), Rounding = c.Named<Rounding>("rounding") };

    private static PoolingGeometry Pooling(GoldenCase c) =>
        new(Window(c.Ints("rows")), Window(c.Ints("columns"))) { Rounding = c.Named<Rounding>("rounding") };

    private static List<Region> Regions(GoldenCase c) =>
        [.. c.Settings.GetProperty("regions").Deserialize<List<int[]>>()!.Select(region => new Region(region[0], region[1], region[2], region[3]))];

    private static Window Window(int[] numbers) => new(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);

    private static List<int[]> Table(GoldenCase c) => c.Settings.GetProperty("table").Deserialize<List<int[]>>()!;
}
