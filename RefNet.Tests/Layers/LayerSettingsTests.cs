using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Layers;

/// <summary>What layers make of their settings: refusals, first weights, costs, the backend, and which parameters are weights.</summary>
[TestFixture]
public sealed class LayerSettingsTests
{
    private static readonly ConvolutionGeometry Kernel = new(new Window(3), new Window(2));

    [Test]
    public void SizesOutOfRangeAreRefused()
    {
        Assert.That(() => new Dense<double>(0, 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("inputs"));
        Assert.That(() => new Dense<double>(1, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("outputs"));
        Assert.That(() => new Convolution2D<double>(1, 1, Kernel, groups: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("groups"));
        Assert.That(() => new Subsampling2D<double>(0, 2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("channels"));
        Assert.That(() => new PReLU<double>(2, double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The slope must be a finite number."));
        Assert.That(() => new Dropout<double>(1, seed: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The probability of dropping must be"));
        Assert.That(() => new BatchNormalization<double>(2, epsilon: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("ε must be a finite number above 0"));
        Assert.That(() => new BatchNormalization<double>(2, momentum: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The share of a new batch must be"));
        Assert.That(() => new BatchNormalization<double>(2, momentum: 1), Throws.Nothing, "only the last batch counts");
        Assert.That(() => new EuclideanRadialBasis<double>(new Tensor<double>(new Shape(4))),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("EuclideanRadialBasis: expected centres as a matrix, one row for each; found 4."));
    }

    [TestCase(0, 2, 1), TestCase(2, 0, 1), TestCase(3, 4, 2), TestCase(4, 3, 2), TestCase(-2, 2, 2)]
    public void ChannelsThatAreNoMultiplesOfTheGroupsAreRefused(int inputs, int outputs, int groups) => Assert.That(
        () => new Convolution2D<double>(inputs, outputs, Kernel, groups),
        Throws.ArgumentException.With.Message.EqualTo(FormattableString.Invariant($"Channels must be positive multiples of the groups; found {inputs} -> {outputs} in {groups} groups.")));

    [TestCase(new int[0], "[]"), TestCase(new[] { -1, 0 }, "[-1, 0]"), TestCase(new[] { 0, 3 }, "[0, 3]")]
    [TestCase(new[] { 1, 1 }, "[1, 1]"), TestCase(new[] { 2, 0 }, "[2, 0]")]
    public void L5_ATableThatDoesNotNameRisingMapsIsRefused(int[] inputs, string found) => Assert.That(
        () => new ConnectionTableConvolution2D<double>(3, [[0], inputs], Kernel),
        Throws.ArgumentException.With.Message.StartsWith($"Each output map must name rising input maps from 0 to 2; found {found}."));

    // Connections count biases, products do not.
    [Test]
    public void CostsCountWhatALayerDoes()
    {
        Assert.That(new Dense<double>(4, 3).Cost(new Shape(4)), Is.EqualTo(new Cost(15, 12)));
        Assert.That(new Dense<double>(4, 3, useBias: false).Cost(new Shape(4)), Is.EqualTo(new Cost(12, 12)));
        Assert.That(new EuclideanRadialBasis<double>(new Tensor<double>(new Shape(3, 4))).Cost(new Shape(4)), Is.EqualTo(new Cost(12, 12)));

        // A cell of a window is compared or added once for each of 2x2x3 outputs.
        Assert.That(new MaxPooling2D<double>(2).Cost(new Shape(2, 4, 6)), Is.EqualTo(new Cost(4 * 12, 0)));
        Assert.That(new AveragePooling2D<double>(2).Cost(new Shape(2, 4, 6)), Is.EqualTo(new Cost(4 * 12, 0)));
        Assert.That(new Maxout<double>(3).Cost(new Shape(12)), Is.EqualTo(new Cost(12, 0)));

        // Two groups of 2 -> 3 maps, kernels of 3x2 on 5x4: 6 maps of 3x3, each element from 12 weights.
        Assert.That(new Convolution2D<double>(4, 6, Kernel, groups: 2).Cost(new Shape(4, 5, 4)), Is.EqualTo(new Cost(54 * 13, 54 * 12)));
        Assert.That(new Convolution2D<double>(4, 6, Kernel, groups: 2, useBias: false).Cost(new Shape(4, 5, 4)), Is.EqualTo(new Cost(54 * 12, 54 * 12)));

        // Three connections of 3x2 and two biases, at 3x3 positions.
        Assert.That(new ConnectionTableConvolution2D<double>(3, [[0, 2], [1]], Kernel).Cost(new Shape(3, 5, 4)), Is.EqualTo(new Cost(9 * (18 + 2), 9 * 18)));
    }

    [Test]
    public void FirstWeightsComeFromTheInitializerWithTheFansOfTheLayer()
    {
        Fans dense = new();
        Assert.That(new Dense<double>(4, 3, dense).Parameters[0].Value.Values.ToArray(), Is.All.EqualTo(7));
        Assert.That((dense.In, dense.Out), Is.EqualTo((4, 3)));

        Fans grouped = new();
        Assert.That(new Convolution2D<double>(4, 6, Kernel, groups: 2, initializer: grouped).Parameters[0].Value.Values.ToArray(), Is.All.EqualTo(7));
        Assert.That((grouped.In, grouped.Out), Is.EqualTo((2 * 6, 3 * 6)), "2 input maps and 3 output maps a group, 6 taps");

        Fans subsampling = new();
        Assert.That(new Subsampling2D<double>(2, 3, subsampling).Parameters[0].Value.Values.ToArray(), Is.All.EqualTo(7));
        Assert.That((subsampling.In, subsampling.Out), Is.EqualTo((9, 1)));

        Assert.That(new Dense<double>(4, 3).Parameters[0].Value.Values.ToArray(), Has.None.Zero, "LeCun's where none is given");
    }

    [Test]
    public void ALayerComputesWhereItIsMovedTo()
    {
        SimdBackend<double> backend = new(new NoGemm<double>());
        Dense<double> dense = new(4, 3);
        dense.To(backend);
        Assert.That(() => dense.Forward(new Tensor<double>(new Shape(2, 4)), Mode.Train), Throws.TypeOf<LayerException>().With.InnerException.TypeOf<NotSupportedException>());
        Convolution2D<double> convolution = new(1, 1, Kernel);
        convolution.To(backend);
        Assert.That(() => convolution.Forward(new Tensor<double>(new Shape(2, 1, 5, 4)), Mode.Train), Throws.TypeOf<LayerException>().With.InnerException.TypeOf<NotSupportedException>());
    }

    // What decays and what does not: every penalty and every optimiser asks this.
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void X30_WhatIsCalledAWeightIsOneAndNothingElse(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        foreach ((string path, Parameter<double> parameter) in c.Create<double>().NamedParameters())
            Assert.That(parameter.IsWeight, Is.EqualTo(parameter.Name == "weight"), path);
    });

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void ClearGradientsClearsThemAll(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        LayerRun<double>.Of(instance, c.CreateInput<double>(), c.Mode);
        instance.ClearGradients();
        Assert.That(instance.Parameters.SelectMany(parameter => parameter.Gradient.Values.ToArray()), Is.All.Zero);
    });

    /// <summary>Writes sevens, and remembers for which fans.</summary>
    private sealed class Fans : Initializer
    {
        public int In { get; private set; }

        public int Out { get; private set; }

        public override string ToString() => nameof(Fans);

        public override void Fill<T>(Span<T> weights, int fanIn, int fanOut, Random random)
        {
            (In, Out) = (fanIn, fanOut);
            weights.Fill(T.CreateChecked(7));
        }
    }

    private sealed class NoGemm<T> : IGemm<T> where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        public string Name => "none";

        public void Multiply(T alpha, Matrix<T> a, Matrix<T> b, T beta, Matrix<T> c) => throw new NotSupportedException("none");
    }
}
