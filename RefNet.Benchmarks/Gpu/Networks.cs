using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Gpu;

/// <summary>LeNet-5, VGG-16 (Simonyan and Zisserman 2015) and ResNet-18 and -50 (He et al. 2016), for their times only.</summary>
internal static class Networks
{
    private const int Classes = 1000;

    public static Network<float> Create(string name, int extent) => name switch
    {
        "lenet5" => new LeNet5Modern().Create<float>(seed: 1),
        "vgg16" => Vgg16(extent),
        "resnet18" => ResNet(extent, [2, 2, 2, 2], BasicBlock, expansion: 1),
        "resnet50" => ResNet(extent, [3, 4, 6, 3], Bottleneck, expansion: 4),
        _ => throw new ArgumentException($"There is no network '{name}'."),
    };

    private static Network<float> Vgg16(int extent)
    {
        List<Layer<float>> layers = [];
        int channels = 3;
        foreach ((int maps, int count) in new[] { (64, 2), (128, 2), (256, 3), (512, 3), (512, 3) })
        {
            for (int i = 0; i < count; i++, channels = maps)
                layers.AddRange([Convolution(channels, maps, 3, 1, useBias: true), new ReLU<float>()]);
            layers.Add(new MaxPooling2D<float>(2));
        }

        int features = 512 * (extent / 32) * (extent / 32);
        layers.AddRange([
            new Flatten<float>(), new Dense<float>(features, 4096, Initializer.He), new ReLU<float>(),
            new Dense<float>(4096, 4096, Initializer.He), new ReLU<float>(), new Dense<float>(4096, Classes)]);
        return new Network<float>(new Shape(3, extent, extent), seed: 1, [.. layers]);
    }

    private static Network<float> ResNet(int extent, int[] counts, Func<int, int, int, Layer<float>[]> block, int expansion)
    {
        Window pool = new(3, 2, 1, 1);
        List<Layer<float>> layers =
        [
            Convolution(3, 64, 7, 2), new BatchNormalization<float>(64), new ReLU<float>(),
            new MaxPooling2D<float>(new PoolingGeometry(pool, pool) { Rounding = Rounding.Floor }),
        ];
        int channels = 64;
        for (int stage = 0; stage < counts.Length; stage++)
        {
            int maps = 64 << stage, outputs = maps * expansion;
            for (int i = 0; i < counts[stage]; i++, channels = outputs)
            {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                Layer<float> shortcut = stride == 1 && channels == outputs
                    ? new Identity<float>()
                    : new Sequential<float>(Convolution(channels, outputs, 1, stride), new BatchNormalization<float>(outputs));
                layers.AddRange([new Sum<float>(new Sequential<float>(block(channels, maps, stride)), shortcut), new ReLU<float>()]);
            }
        }

        layers.AddRange([new AveragePooling2D<float>(extent / 32), new Flatten<float>(), new Dense<float>(512 * expansion, Classes)]);
        return new Network<float>(new Shape(3, extent, extent), seed: 1, [.. layers]);
    }

    private static Layer<float>[] BasicBlock(int channels, int maps, int stride) =>
    [
        Convolution(channels, maps, 3, stride), new BatchNormalization<float>(maps), new ReLU<float>(),
        Convolution(maps, maps, 3, 1), new BatchNormalization<float>(maps),
    ];

    private static Layer<float>[] Bottleneck(int channels, int maps, int stride) =>
    [
        Convolution(channels, maps, 1, 1), new BatchNormalization<float>(maps), new ReLU<float>(),
        Convolution(maps, maps, 3, stride), new BatchNormalization<float>(maps), new ReLU<float>(),
        Convolution(maps, maps * 4, 1, 1), new BatchNormalization<float>(maps * 4),
    ];

    private static Convolution2D<float> Convolution(int channels, int maps, int kernel, int stride, bool useBias = false) => new(
        channels, maps, ConvolutionGeometry.Square(kernel, stride, kernel / 2) with { Flip = false, Rounding = Rounding.Floor },
        initializer: Initializer.He, useBias: useBias);
}
