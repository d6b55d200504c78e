using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class XceptionBlockTests
{
    // Each separable convolution has 9 weights a channel and a matrix, each batch normalisation two numbers a channel.
    [Test]
    public void D15_ABlockOfTheMiddleFlow()
    {
        XceptionBlock<float> block = new(728, 728, convolutions: 3);
        Assert.That(Count(block), Is.EqualTo(3 * (728 * 9 + 728 * 728 + 2 * 728)));
        Assert.That(block.OutputShape(new Shape(728, 19, 19)), Is.EqualTo(new Shape(728, 19, 19)));
        Assert.That(block.Cost(new Shape(728, 19, 19)).MultiplyAccumulates, Is.EqualTo(361L * 3 * (728 * 9 + 728 * 728)));
    }

    [Test]
    public void D15_ABlockOfTheEntryFlowHalvesTheMapsAndProjectsTheShortcut()
    {
        XceptionBlock<float> block = new(64, 128, PoolingGeometry.Same(3, 147, stride: 2), startsWithReLU: false);
        Assert.That(Count(block), Is.EqualTo(64 * 9 + 64 * 128 + 256 + 128 * 9 + 128 * 128 + 256 + 64 * 128 + 256));
        Assert.That(block.OutputShape(new Shape(64, 147, 147)), Is.EqualTo(new Shape(128, 74, 74)));
    }

    // Figure 5 from the blocks: the published network has 22,855,952 parameters that learn (Keras counts 54,528 running statistics too).
    [Test]
    public void D15_TheBlocksMakeTheWholeNetworkOfThePaper()
    {
        List<Layer<float>> layers =
        [
            .. Convolution(3, 32, stride: 2), // 32x149x149
            .. Convolution(32, 64, stride: 1), // 64x147x147
            new XceptionBlock<float>(64, 128, PoolingGeometry.Same(3, 147, stride: 2), startsWithReLU: false), // 128x74x74
            new XceptionBlock<float>(128, 256, PoolingGeometry.Same(3, 74, stride: 2)), // 256x37x37
            new XceptionBlock<float>(256, 728, PoolingGeometry.Same(3, 37, stride: 2)), // 728x19x19
        ];
        for (int i = 0; i < 8; i++)
            layers.Add(new XceptionBlock<float>(728, 728, convolutions: 3));
        layers.Add(new XceptionBlock<float>(728, 1024, PoolingGeometry.Same(3, 19, stride: 2), growsLast: true)); // 1024x10x10
        foreach ((int inputs, int outputs) in new[] { (1024, 1536), (1536, 2048) })
            layers.AddRange([new SeparableConvolution2D<float>(inputs, outputs, kernel: 3, padding: 1, useBias: false), new BatchNormalization<float>(outputs), new ReLU<float>()]);
        Network<float> network = new(new Shape(3, 299, 299), seed: 1, [.. layers, new GlobalAveragePooling2D<float>(), new Dense<float>(2048, 1000)]);

        Assert.That(network.OutputShape(network.InputShape), Is.EqualTo(new Shape(1000)));
        Assert.That(network.Parameters.Sum(parameter => (long)parameter.Count), Is.EqualTo(22_855_952));
        Assert.That(network.Buffers.Sum(buffer => (long)buffer.Value.Count), Is.EqualTo(54_528));

        static Layer<float>[] Convolution(int inputs, int outputs, int stride) =>
            [new Convolution2D<float>(inputs, outputs, kernel: 3, stride: stride, useBias: false), new BatchNormalization<float>(outputs), new ReLU<float>()];
    }

    [Test]
    public void L16_WhereTheShapeStaysTheShortcutIsTheIdentity()
    {
        XceptionBlock<double> block = new(2, 2);
        foreach ((string path, Parameter<double> parameter) in block.NamedParameters())
        {
            if (path.EndsWith("gamma", StringComparison.Ordinal))
                parameter.Value.Span.Clear(); // nothing of the branch is left
        }

        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 2, 3, 4), new Random(1));
        Assert.That(block.Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(x.Values.ToArray()));
    }

    [Test]
    public void ABlockWithoutConvolutionsIsRefused() => Assert.That(() => new XceptionBlock<float>(2, 2, convolutions: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static long Count(Layer<float> layer) => layer.Parameters.Sum(parameter => (long)parameter.Count);
}
