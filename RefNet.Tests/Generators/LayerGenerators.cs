using FsCheck;
using FsCheck.Fluent;
using RefNet.Blocks;
using RefNet.Layers;

namespace RefNet.Tests.Generators;

/// <summary>For each layer of the engine, configurations of it. The contract suite fails for a layer that has none here.</summary>
public static class LayerGenerators
{
    /// <summary>Open generic layer type -> its configurations.</summary>
    public static IReadOnlyDictionary<Type, Gen<LayerCase>> All { get; } = new Dictionary<Type, Gen<LayerCase>>
    {
        [typeof(AveragePooling2D<>)] = PoolingCase.Generator(PoolingKind.AverageWithPadding, PoolingKind.AverageWithoutPadding),
        [typeof(BatchNormalization<>)] = BatchNormalizationCase.Generator,
        [typeof(ConnectionTableConvolution2D<>)] = ConnectionTableCase.Generator,
        [typeof(Convolution2D<>)] = ConvolutionCase.Generator,
        [typeof(Dense<>)] = DenseCase.Generator,
        [typeof(Dropout<>)] = DropoutCase.Generator,
        [typeof(Elu<>)] = ActivationCase.Generator(nameof(Elu<>)),
        [typeof(EuclideanRadialBasis<>)] = EuclideanRadialBasisCase.Generator,
        [typeof(Flatten<>)] = ActivationCase.Generator(nameof(Flatten<>)),
        [typeof(LeakyReLU<>)] = ActivationCase.Generator(nameof(LeakyReLU<>)),
        [typeof(MaxPooling2D<>)] = PoolingCase.Generator(PoolingKind.Max),
        [typeof(ReLU<>)] = ActivationCase.Generator(nameof(ReLU<>)),
        [typeof(Residual<>)] = ResidualCase.Generator,
        [typeof(ScaledTanh<>)] = ActivationCase.Generator(nameof(ScaledTanh<>)),
        [typeof(Sequential<>)] = SequentialCase.Generator,
        [typeof(Sigmoid<>)] = ActivationCase.Generator(nameof(Sigmoid<>)),
        [typeof(Softmax<>)] = ActivationCase.Generator(nameof(Softmax<>)),
        [typeof(Softplus<>)] = ActivationCase.Generator(nameof(Softplus<>)),
        [typeof(Subsampling2D<>)] = PoolingCase.Generator(PoolingKind.Subsampling),
        [typeof(Tanh<>)] = ActivationCase.Generator(nameof(Tanh<>)),
    };

    /// <summary>Adds what every case has: batch, mode and seed.</summary>
    public static Gen<LayerCase> AsLayerCases<TCase>(this Gen<TCase> cases) where TCase : LayerCase =>
        from layerCase in cases
        from batch in Gen.Choose(1, 3)
        from mode in Gen.Elements(Mode.Train, Mode.Evaluate)
        from seed in Gen.Choose(0, 1_000_000)
        select (LayerCase)(layerCase with { Batch = batch, Mode = mode, Seed = seed });
}
