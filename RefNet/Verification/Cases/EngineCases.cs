using RefNet.Blocks;
using RefNet.Data.Preparation;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Regularizers;

namespace RefNet.Verification.Cases;

/// <summary>Cases of everything in the engine that has a gradient. A test fails for a layer, loss or model without any.</summary>
public static class EngineCases
{
    /// <summary>Name of a layer or block -> its cases.</summary>
    internal static IReadOnlyDictionary<string, Func<Random, LayerCase>> Layers { get; } = new[]
    {
        Layer(nameof(AveragePooling2D<>), random => PoolingCase.Draw(random, PoolingKind.AverageWithPadding, PoolingKind.AverageWithoutPadding)),
        Layer(nameof(BatchNormalization<>), BatchNormalizationCase.Draw),
        Layer(nameof(AdaptiveAveragePooling2D<>), random => MapsCase.Draw(random, nameof(AdaptiveAveragePooling2D<>))),
        Layer(nameof(BilinearUpsampling2D<>), random => MapsCase.Draw(random, nameof(BilinearUpsampling2D<>))),
        Layer(nameof(ChannelPadding<>), random => MapsCase.Draw(random, nameof(ChannelPadding<>))),
        Layer(nameof(ChannelShuffle<>), random => MapsCase.Draw(random, nameof(ChannelShuffle<>))),
        Layer(nameof(Concatenation<>), ConcatenationCase.Draw),
        Layer(nameof(ConnectionTableConvolution2D<>), ConnectionTableCase.Draw),
        Layer(nameof(ContrastNormalization<>), ContrastNormalizationCase.Draw),
        Layer(nameof(Convolution2D<>), ConvolutionCase.Draw),
        Layer(nameof(Crop<>), CropCase.Draw),
        Layer(nameof(Dense<>), DenseCase.Draw),
        Layer(nameof(Dropout<>), DropoutCase.Draw),
        Layer(nameof(Elu<>), random => ActivationCase.Draw(random, nameof(Elu<>))),
        Layer(nameof(EuclideanRadialBasis<>), EuclideanRadialBasisCase.Draw),
        Layer(nameof(Flatten<>), random => ActivationCase.Draw(random, nameof(Flatten<>))),
        Layer(nameof(FourierFeatures<>), FourierFeaturesCase.Draw),
        Layer(nameof(GlobalAveragePooling2D<>), random => MapsCase.Draw(random, nameof(GlobalAveragePooling2D<>))),
        Layer(nameof(Identity<>), random => ActivationCase.Draw(random, nameof(Identity<>))),
        Layer(nameof(LeakyReLU<>), random => ActivationCase.Draw(random, nameof(LeakyReLU<>))),
        Layer(nameof(LocalResponseNormalization<>), LocalResponseNormalizationCase.Draw),
        Layer(nameof(Maxout<>), MaxoutCase.Draw),
        Layer(nameof(MaxPooling2D<>), random => PoolingCase.Draw(random, PoolingKind.Max)),
        Layer(nameof(MaxUnpooling2D<>), MaxUnpoolingCase.Draw),
        Layer(nameof(NearestUpsampling2D<>), random => MapsCase.Draw(random, nameof(NearestUpsampling2D<>))),
        Layer(nameof(Network<>), random => SequentialCase.Draw(random, isNetwork: true)),
        Layer(nameof(PaddedShortcut<>), random => MapsCase.Draw(random, nameof(PaddedShortcut<>))),
        Layer(nameof(PreparedInput<>), PreparedInputCase.Draw),
        Layer(nameof(PReLU<>), PReLUCase.Draw),
        Layer(nameof(Product<>), ProductCase.Draw),
        Layer(nameof(ReLU<>), random => ActivationCase.Draw(random, nameof(ReLU<>))),
        Layer(nameof(RoIMaxPooling2D<>), RoIMaxPoolingCase.Draw),
        Layer(nameof(ScaledTanh<>), random => ActivationCase.Draw(random, nameof(ScaledTanh<>))),
        Layer(nameof(SeparableConvolution2D<>), SeparableConvolutionCase.Draw),
        Layer(nameof(Sequential<>), random => SequentialCase.Draw(random, isNetwork: false)),
        Layer(nameof(SideHead<>), SideHeadCase.Draw),
        Layer(nameof(ShuffleNetUnit<>), ShuffleNetUnitCase.Draw),
        Layer(nameof(Sigmoid<>), random => ActivationCase.Draw(random, nameof(Sigmoid<>))),
        Layer(nameof(Softmax<>), random => ActivationCase.Draw(random, nameof(Softmax<>))),
        Layer(nameof(Softplus<>), random => ActivationCase.Draw(random, nameof(Softplus<>))),
        Layer(nameof(SqueezeExcitation<>), SqueezeExcitationCase.Draw),
        Layer(nameof(StochasticDepth<>), StochasticDepthCase.Draw),
        Layer(nameof(Subsampling2D<>), random => PoolingCase.Draw(random, PoolingKind.Subsampling)),
        Layer(nameof(Sum<>), SumCase.Draw),
        Layer(nameof(Tanh<>), random => ActivationCase.Draw(random, nameof(Tanh<>))),
        Layer(nameof(TransposedConvolution2D<>), TransposedConvolutionCase.Draw),
        Layer(nameof(XceptionBlock<>), XceptionBlockCase.Draw),
        Layer(nameof(ZeroPadding2D<>), random => MapsCase.Draw(random, nameof(ZeroPadding2D<>))),
    }.ToDictionary();

    /// <summary>Name of a loss -> its cases.</summary>
    internal static IReadOnlyDictionary<string, Func<Random, LossCase>> Losses { get; } = new[]
    {
        nameof(BinaryCrossEntropy<>), nameof(MaximumAPosteriori<>), nameof(MeanAbsoluteError<>), nameof(MeanSquaredError<>), nameof(MulticlassHinge<>),
        nameof(PerceptronCriterion<>), nameof(SmoothL1<>), nameof(SoftmaxCrossEntropy<>), nameof(WeightedSum<>),
    }.ToDictionary(loss => loss, loss => (Func<Random, LossCase>)(random => LossCase.Draw(random, loss)));

    /// <summary>Name of a regulariser -> its cases.</summary>
    internal static IReadOnlyDictionary<string, Func<Random, RegularizerCase>> Regularizers { get; } = new[]
    {
        nameof(ElasticNet<>), nameof(L1Regularizer<>), nameof(L2Regularizer<>),
    }.ToDictionary(name => name, name => (Func<Random, RegularizerCase>)(random => RegularizerCase.Draw(random, name)));

    /// <summary>Name of an architecture whose outputs are continuous -> its cases.</summary>
    internal static IReadOnlyDictionary<string, Func<Random, ModelCase>> Models { get; } = Architectures.All.Where(architecture => architecture.IsContinuous).ToDictionary(
        architecture => architecture.Name, architecture => (Func<Random, ModelCase>)(random => new ModelCase(architecture) { Seed = random.Between(0, 1_000_000) }));

    /// <summary>All of them: layers and blocks, losses, regularisers, models.</summary>
    public static IReadOnlyList<CaseSource> All { get; } =
    [
        .. Layers.Select(layer => new CaseSource(layer.Key, layer.Value)),
        .. Losses.Select(loss => new CaseSource(loss.Key, loss.Value)),
        .. Regularizers.Select(regularizer => new CaseSource(regularizer.Key, regularizer.Value)),
        .. ModelSources(),
    ];

    // Narrow members of a family can be the same network: ResNet-50 and 101 differ only in the number of their units.
    private static IEnumerable<CaseSource> ModelSources()
    {
        Dictionary<string, string> firstOf = []; // C# of a narrow network -> the first architecture that has it
        foreach ((string name, Func<Random, ModelCase> draw) in Models)
        {
            string code = $"{Architectures.Find(name).CreateNarrow<double>(seed: 0)}";
            yield return new CaseSource(name, draw) { Cost = 20, SameAs = firstOf.GetValueOrDefault(code) };
            firstOf.TryAdd(code, name);
        }
    }

    // The settings that every case of a layer has: batch, kinks, mode and seed.
    private static KeyValuePair<string, Func<Random, LayerCase>> Layer(string name, Func<Random, LayerCase> draw) => new(name, random =>
    {
        LayerCase drawn = draw(random);
        return drawn with
        {
            Batch = random.Between(drawn.LeastBatch, drawn.LeastBatch + 2),
            AtKinks = drawn.HasKinks && random.Between(1, 4) == 1,
            Mode = random.OneOf(Mode.Train, Mode.Evaluate),
            Seed = random.Between(0, 1_000_000),
        };
    });
}
