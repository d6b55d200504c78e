using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Backends.Simd;
using RefNet.Blocks;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

/// <summary>Small networks that are looked into, and images for them.</summary>
internal static class LookedAt
{
    public static readonly Shape Input = new(2, 9, 8);

    /// <summary>ReLUs on the trunk and in a branch, max pooling, batch normalisation; three classes.</summary>
    public static Network<double> Branching(int seed = 5, bool endsInSoftmax = false)
    {
        Layer<double>[] layers =
        [
            new Convolution2D<double>(2, 4, kernel: 3, padding: 1) { Name = "conv1" },
            new ReLU<double> { Name = "relu1" },
            new Sum<double>(
                new Sequential<double>(new Convolution2D<double>(4, 4, kernel: 3, padding: 1), new BatchNormalization<double>(4), new ReLU<double>()) { Name = "body" },
                new Identity<double>()) { Name = "block" },
            new MaxPooling2D<double>(2, rounding: RefNet.Geometry.Rounding.Floor) { Name = "pool" },
            new Sequential<double>(new Convolution2D<double>(4, 5, kernel: 3), new ReLU<double> { Name = "relu" }) { Name = "top" },
            new Flatten<double>(),
            new Dense<double>(5 * 2 * 2, 3) { Name = "head" },
        ];
        return new Network<double>(Input, seed, endsInSoftmax ? [.. layers, new Softmax<double>()] : layers);
    }

    /// <summary>Convolutions, then global average pooling and one dense layer.</summary>
    public static Network<double> Pooled(int seed = 6) => new(Input, seed,
        new Convolution2D<double>(2, 4, kernel: 3) { Name = "conv1" }, new ReLU<double>(),
        new Convolution2D<double>(4, 6, kernel: 3) { Name = "conv2" }, new ReLU<double> { Name = "maps" },
        new GlobalAveragePooling2D<double>(), new Dense<double>(6, 3) { Name = "head" });

    public static Tensor<double> Images(int count, int seed = 1) => LayerCase.RandomTensor<double>(Input.Batch(count), Seeds.Create(seed));

    public static ClassScores<double> Scores(this Network<double> network) => new(network);

    public static IEnumerable<IBackend<double>> Backends => [new ReferenceBackend<double>(), new SimdBackend<double>()];

    /// <summary>ds/dx by central differences, at every element.</summary>
    public static Tensor<double> Slopes(Tensor<double> x, Func<double> s, double h = 1e-5)
    {
        Tensor<double> slopes = new(x.Shape);
        for (int i = 0; i < x.Count; i++)
        {
            double was = x.Values[i];
            x.Span[i] = was + h;
            double above = s();
            x.Span[i] = was - h;
            slopes.Span[i] = (above - s()) / (2 * h);
            x.Span[i] = was;
        }

        return slopes;
    }
}
