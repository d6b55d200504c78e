using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Lectures;
using RefNet.Tensors;

namespace RefNet.Tests.Lectures;

/// <summary>What networks hold and cost: the sums over their layers, and the rows that count large ones.</summary>
[TestFixture]
public sealed class NetworkNumbersTests
{
    // Counted by hand: a chain with a sum, a concatenation and a side head in it.
    [Test]
    public void ANetworkIsTheSumOfItsLayersWithoutItsSideHeads([Values(1, 2)] int groups, [Values] bool bias, [Values(1, 2)] int stride, [Values(0, 1)] int padding)
    {
        ConvolutionGeometry geometry = ConvolutionGeometry.Square(3, stride, padding) with { Rounding = Rounding.Floor };
        (int rows, int columns) = geometry.Output(9, 8);
        int pixels = rows * columns, pooled = (rows + 1) / 2 * ((columns + 1) / 2);
        Network<float> network = new(new Shape(4, 9, 8), seed: 0,
            new Convolution2D<float>(4, 6, geometry, groups, useBias: bias), new BatchNormalization<float>(6),
            new Sum<float>(new Sequential<float>(Convolution(6, 6, 3, 1), new ReLU<float>(), Convolution(6, 6, 1, 0)), new Identity<float>()),
            new Concatenation<float>(Convolution(6, 2, 1, 0), Convolution(6, 3, 3, 1), new Identity<float>()),
            new SideHead<float>(new Sequential<float>(new Flatten<float>(), new Dense<float>(11 * pixels, 7)), weight: 0.3),
            new MaxPooling2D<float>(PoolingGeometry.Square(2) with { Rounding = Rounding.Ceiling }), new Flatten<float>(),
            new Dense<float>(11 * pooled, 5));
        int[] weights = [6 * (4 / groups) * 9, 6 * 6 * 9, 6 * 6, 6 * 2, 6 * 3 * 9];
        NetworkNumbers numbers = new(network);
        Assert.That(numbers.Output, Is.EqualTo(new Shape(5)));
        Assert.That(numbers.DenseParameters, Is.EqualTo(11 * pooled * 5 + 5));
        Assert.That(numbers.Parameters, Is.EqualTo(weights.Sum() + (bias ? 6 : 0) + 2 * 6 + 6 + 6 + 2 + 3 + numbers.DenseParameters));
        Assert.That(NetworkNumbers.ParametersOf(network), Is.EqualTo(numbers.Parameters + 11 * pixels * 7 + 7), "with the side head");
        Assert.That(numbers.DenseMultiplyAccumulates, Is.EqualTo(11 * pooled * 5));
        Assert.That(numbers.MultiplyAccumulates, Is.EqualTo(weights.Sum() * pixels + 11 * pooled * 5).And.EqualTo(network.Cost(network.InputShape).MultiplyAccumulates));
        Assert.That(numbers.Units, Is.EqualTo((6 + 6 + 6 + 2 + 3) * pixels + 5));
        Assert.That(numbers.LayersWithWeights, Is.EqualTo(6));
    }

    // Drawn, the 138 million weights of VGG-16 would take 553 MB.
    [Test]
    public void CountingDrawsNoWeight()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        NetworkNumbers numbers = VggNumbers.D;
        Assert.That((numbers.Parameters, numbers.Units, numbers.MultiplyAccumulates), Is.Not.EqualTo((0L, 0L, 0L)));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    // The network that the slide writes in code, layer by layer.
    [Test]
    public void X17_TheSlidesNetworkHas11200293Parameters4800OfThemBiasesWithoutEffect()
    {
        Network<float> network = SlidesNetwork(classes: 37);
        Network<float> papers = ResNetNumbers.ResNet18(37, bias: true);
        Assert.That(Parameters(network), Is.EqualTo(11_200_293));
        Assert.That(network.NamedParameters().Where(p => p.Path.EndsWith(".bias") && !p.Path.Contains("Dense")).Sum(p => p.Parameter.Count), Is.EqualTo(4_800));
        Assert.That(Parameters(papers), Is.EqualTo(11_200_293));
        Assert.That(Parameters(ResNetNumbers.ResNet18(1000, bias: false)), Is.EqualTo(11_689_512), "the paper's network for 1000 classes");
        Assert.That(network.OutputShape(network.InputShape), Is.EqualTo(new Shape(37)).And.EqualTo(papers.OutputShape(papers.InputShape)));
        Assert.That(papers.Cost(papers.InputShape).MultiplyAccumulates, Is.EqualTo(network.Cost(network.InputShape).MultiplyAccumulates));
    }

    [Test]
    public void X18_Y17_C6_TheWeightsOfABottleneckAndOfAPlainConvolution()
    {
        Shape shape = new(256, 28, 28);
        Convolution2D<float> plain = Convolution(256, 256, 3, 1, bias: false);
        Sequential<float> bottleneck = new(Convolution(256, 64, 1, 0, bias: false), Convolution(64, 64, 3, 1, bias: false), Convolution(64, 256, 1, 0, bias: false));
        Assert.That(Parameters(plain), Is.EqualTo(589_824));
        Assert.That(Parameters(bottleneck), Is.EqualTo(16_384 + 36_864 + 16_384).And.EqualTo(69_632));
        Assert.That(plain.Cost(shape).MultiplyAccumulates, Is.EqualTo(784 * 589_824L), "weights are products at one position, not on the map");
        Assert.That(bottleneck.Cost(shape).MultiplyAccumulates, Is.EqualTo(784 * 69_632L));
    }

    [Test]
    public void X1_C6_TheBottleneckedInceptionModuleTakes271MillionProductsAndNot358()
    {
        Shape wide = new(256, 28, 28), narrow = new(64, 28, 28);
        long reduce = Convolution(256, 64, 1, 0).Cost(wide).MultiplyAccumulates;
        long three = Convolution(64, 192, 3, 1).Cost(narrow).MultiplyAccumulates;
        long sum = 3 * reduce + Convolution(256, 128, 1, 0).Cost(wide).MultiplyAccumulates + three + Convolution(64, 96, 5, 2).Cost(narrow).MultiplyAccumulates;
        Assert.That(sum, Is.EqualTo(271_351_808));
        Assert.That(sum + three, Is.EqualTo(358_055_936), "the 3x3 convolution counted twice");
        Assert.That(Replays.Find("X1")!.Run().Passed, Is.True);
    }

    [Test]
    public void Y15_TheInceptionModuleWithoutBottlenecksTakes854MillionProducts()
    {
        Shape wide = new(256, 28, 28);
        Convolution2D<float>[] branches = [Convolution(256, 128, 1, 0), Convolution(256, 192, 3, 1), Convolution(256, 96, 5, 2)];
        MaxPooling2D<float> pooling = new(PoolingGeometry.Square(3, 1, 1));
        Assert.That(branches.Sum(branch => branch.Cost(wide).MultiplyAccumulates), Is.EqualTo(854_196_224));
        Assert.That(branches.Sum(branch => branch.OutputShape(wide)[0]) + pooling.OutputShape(wide)[0], Is.EqualTo(672));
    }

    [Test]
    public void X20_GoogLeNetHas6998552ParametersAMillionOfThemInItsLastLayer() => Assert.That(Replays.Find("X20")!.Run().Passed, Is.True);

    [Test]
    public void X21_Y22_ResNet50EndsInOneDenseLayer()
    {
        NetworkNumbers first = new(ResNetNumbers.ResNet50(strideOnFirst: true)), second = new(ResNetNumbers.ResNet50(strideOnFirst: false));
        Assert.That(first.DenseParameters, Is.EqualTo(2_049_000));
        Assert.That((first.Parameters, first.MultiplyAccumulates), Is.EqualTo((25_557_032L, 3_857_973_248L)));
        Assert.That((second.Parameters, second.MultiplyAccumulates), Is.EqualTo((25_557_032L, 4_089_184_256L)), "the same weights, on larger maps");
    }

    [Test]
    public void X32_Y22_Vgg16Has138357544Parameters()
    {
        Assert.That(VggNumbers.D.Parameters, Is.EqualTo(138_357_544));
        Assert.That(VggNumbers.D.MultiplyAccumulates, Is.EqualTo(15_346_630_656 + 123_633_664));
        Assert.That(Replays.Find("X32")!.Run().Passed, Is.True, "and the other columns");
    }

    [Test]
    public void X36_Y14_TheThreeAlexNetsAndTheirRows()
    {
        Assert.That(Replays.Find("X36")!.Run().Passed, Is.True);
        Assert.That(Replays.Find("Y14")!.Run().Lines.Select(line => line.Text), Has.Some.EqualTo("units: 659,272, correct"));
    }

    private static Convolution2D<float> Convolution(int inputs, int outputs, int kernel, int padding, bool bias = true, int stride = 1) =>
        new(inputs, outputs, ConvolutionGeometry.Square(kernel, stride, padding) with { Rounding = Rounding.Floor }, useBias: bias);

    private static long Parameters(Layer<float> layer) => layer.Parameters.Sum(parameter => (long)parameter.Count);

    private static Network<float> SlidesNetwork(int classes)
    {
        List<Layer<float>> layers =
        [
            Convolution(3, 64, 7, 3, stride: 2), new MaxPooling2D<float>(PoolingGeometry.Square(3, 2, 1) with { Rounding = Rounding.Floor }),
            new BatchNormalization<float>(64), new ReLU<float>(),
        ];
        int maps = 64;
        foreach ((int channels, int stride) in new[] { (64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1) })
        {
            Sequential<float> body = new(
                Convolution(maps, channels, 3, 1, stride: stride), new BatchNormalization<float>(channels), new ReLU<float>(),
                Convolution(channels, channels, 3, 1), new BatchNormalization<float>(channels), new ReLU<float>());
            Layer<float> shortcut = stride == 1
                ? new Identity<float>()
                : new Sequential<float>(Convolution(maps, channels, 1, 0, stride: stride), new BatchNormalization<float>(channels));
            layers.AddRange([new Sum<float>(body, shortcut), new ReLU<float>()]);
            maps = channels;
        }

        return new Network<float>(new Shape(3, 224, 224), seed: 0, [.. layers, new AveragePooling2D<float>(7), new Flatten<float>(), new Dense<float>(512, classes)]);
    }
}
