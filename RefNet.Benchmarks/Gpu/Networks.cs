using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>VGG-16 (Simonyan and Zisserman 2015) and ResNet-18 and -50 (He et al. 2016), as far as their times go.</summary>
internal static class Networks
{
    public const int Classes = 1000;

    public static Sequential<float> Create(string name, int extent) => name switch
    {
        "vgg16" => Vgg16(extent),
        "resnet18" => ResNet(extent, [2, 2, 2, 2], BasicBlock, expansion: 1),
        "resnet50" => ResNet(extent, [3, 4, 6, 3], Bottleneck, expansion: 4),
        _ => throw new ArgumentException($"There is no network '{name}'."),
    };

    private static Sequential<float> Vgg16(int extent)
    {
        Random random = Seeds.Create(1);
        List<Layer<float>> layers = [];
        int channels = 3;
        foreach ((int maps, int count) in new[] { (64, 2), (128, 2), (256, 3), (512, 3), (512, 3) })
        {
            for (int i = 0; i < count; i++, channels = maps)
                layers.AddRange([Convolution(random, channels, maps, 3, 1, useBias: true), new ReLU<float>()]);
            layers.Add(new MaxPooling2D<float>(2));
        }

        int features = 512 * (extent / 32) * (extent / 32);
        layers.AddRange([
            new Flatten<float>(), new Dense<float>(features, 4096, random, Initializer.He), new ReLU<float>(),
            new Dense<float>(4096, 4096, random, Initializer.He), new ReLU<float>(), new Dense<float>(4096, Classes, random)]);
        return new Sequential<float>(new Shape(3, extent, extent), [.. layers]);
    }

    private static Sequential<float> ResNet(int extent, int[] counts, Func<Random, Shape, int, int, Layer<float>[]> block, int expansion)
    {
        Random random = Seeds.Create(1);
        Window pool = new(3, 2, 1, 1);
        List<Layer<float>> layers =
        [
            Convolution(random, 3, 64, 7, 2), new BatchNormalization<float>(64), new ReLU<float>(),
            new MaxPooling2D<float>(new PoolingGeometry(pool, pool) { Rounding = Rounding.Floor }),
        ];
        Shape shape = new(64, extent / 4, extent / 4);
        for (int stage = 0; stage < counts.Length; stage++)
        {
            int maps = 64 << stage;
            for (int i = 0; i < counts[stage]; i++)
            {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                Sequential<float> body = new(shape, block(random, shape, maps, stride));
                bool isIdentity = stride == 1 && shape[0] == maps * expansion;
                Sequential<float>? projection = isIdentity
                    ? null
                    : new(shape, Convolution(random, shape[0], maps * expansion, 1, stride), new BatchNormalization<float>(maps * expansion));
                layers.AddRange([new Residual<float>(body, projection), new ReLU<float>()]);
                shape = new Shape(maps * expansion, shape[1] / stride, shape[2] / stride);
            }
        }

        layers.AddRange([new AveragePooling2D<float>(extent / 32), new Flatten<float>(), new Dense<float>(512 * expansion, Classes, random)]);
        return new Sequential<float>(new Shape(3, extent, extent), [.. layers]);
    }

    private static Layer<float>[] BasicBlock(Random random, Shape input, int maps, int stride) =>
    [
        Convolution(random, input[0], maps, 3, stride), new BatchNormalization<float>(maps), new ReLU<float>(),
        Convolution(random, maps, maps, 3, 1), new BatchNormalization<float>(maps),
    ];

    private static Layer<float>[] Bottleneck(Random random, Shape input, int maps, int stride) =>
    [
        Convolution(random, input[0], maps, 1, 1), new BatchNormalization<float>(maps), new ReLU<float>(),
        Convolution(random, maps, maps, 3, stride), new BatchNormalization<float>(maps), new ReLU<float>(),
        Convolution(random, maps, maps * 4, 1, 1), new BatchNormalization<float>(maps * 4),
    ];

    private static Convolution2D<float> Convolution(Random random, int channels, int maps, int kernel, int stride, bool useBias = false) => new(
        channels, maps, ConvolutionGeometry.Square(kernel, stride, kernel / 2) with { Flip = false, Rounding = Rounding.Floor },
        random, initializer: Initializer.He, useBias: useBias);
}
