using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class ShuffleNetUnitTests
{
    // Section 3.2: h w (2 c m / g + 9 m) products.
    [Test]
    public void D15_TheProductsOfAUnitAreThoseOfThePaper([Values(1, 2, 3, 4, 8)] int groups)
    {
        const int c = 384, m = c / 4;
        ShuffleNetUnit<float> unit = new(c, c, groups);
        Assert.That(unit.Cost(new Shape(c, 28, 28)).MultiplyAccumulates, Is.EqualTo(784L * (2 * c * m / groups + 9 * m)));
        Assert.That(unit.Parameters.Sum(parameter => parameter.Count), Is.EqualTo(2 * c * m / groups + 9 * m + 2 * (m + m + c)), "with γ and β");
    }

    [Test]
    public void D15_AtStride2TheMapsAreHalvedAndTheInputsAverageComesLast()
    {
        ShuffleNetUnit<double> unit = new(4, 12, groups: 1, stride: 2);
        Assert.That(unit.OutputShape(new Shape(4, 7, 6)), Is.EqualTo(new Shape(12, 4, 3)));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 4, 7, 6), new Random(1)), y = unit.Forward(x, Mode.Train);
        Tensor<double> mean = new AveragePooling2D<double>(3, stride: 2, padding: 1, rounding: Rounding.Floor).Forward(x, Mode.Train);
        for (int c = 0; c < 4; c++)
            Assert.That(y.Plane(1, 8 + c).ToArray(), Is.EqualTo(mean.Plane(1, c).ToArray().Select(value => Math.Max(0, value)).ToArray()));
    }

    // Table 1: units of stride 2 begin three stages of 4, 8 and 4; the millions of products stand in its last row.
    [TestCase(1, 144, 143)]
    [TestCase(2, 200, 140)]
    [TestCase(3, 240, 137)]
    [TestCase(4, 272, 133)]
    [TestCase(8, 384, 137)]
    public void D15_TheUnitsMakeTheNetworksOfThePaper(int groups, int maps, int millions)
    {
        List<Layer<float>> layers =
        [
            new Convolution2D<float>(3, 24, kernel: 3, stride: 2, padding: 1, useBias: false, rounding: Rounding.Floor), // 24x112x112
            new MaxPooling2D<float>(3, stride: 2, padding: 1, rounding: Rounding.Floor), // 24x56x56
        ];
        int channels = 24;
        foreach (int units in new[] { 4, 8, 4 }) // 28x28, 14x14, 7x7
        {
            for (int unit = 0; unit < units; unit++)
            {
                layers.Add(new ShuffleNetUnit<float>(channels, maps, groups, stride: unit == 0 ? 2 : 1, groupsFirst: channels > 24));
                channels = maps;
            }

            maps *= 2;
        }

        Network<float> network = new(new Shape(3, 224, 224), seed: 1, [.. layers, new GlobalAveragePooling2D<float>(), new Dense<float>(channels, 1000)]);
        Assert.That(network.OutputShape(network.InputShape), Is.EqualTo(new Shape(1000)));
        Assert.That(network.Cost(network.InputShape).MultiplyAccumulates / 1e6, Is.EqualTo(millions).Within(4), "of a count that the paper rounds and does not define to the last layer");
    }

    // Without a shuffle a group of outputs would depend on a group of inputs alone (figure 1).
    [Test]
    public void L17_TheShuffleLetsEveryGroupSeeEveryOther()
    {
        ShuffleNetUnit<double> unit = new(16, 16, groups: 2);
        unit.Initialize(seed: 1);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 16, 3, 3), new Random(1));
        double[] before = unit.Layers[0].Forward(x, Mode.Evaluate).Sample(0)[..72].ToArray();
        foreach (int c in new[] { 12, 13, 14, 15 }) // of the second group
            x[0, c, 1, 1] += 10;
        double[] after = unit.Layers[0].Forward(x, Mode.Evaluate).Sample(0)[..72].ToArray();
        Assert.That(after, Is.Not.EqualTo(before), "the first group of outputs");
    }

    [TestCase(8, 8, 2, 2)]
    [TestCase(8, 12, 2, 1)]
    [TestCase(8, 8, 2, 3)]
    [TestCase(8, 10, 2, 2)]
    public void AStrideThatDoesNotFitItsChannelsIsRefused(int inputs, int outputs, int groups, int stride) =>
        Assert.That(() => new ShuffleNetUnit<float>(inputs, outputs, groups, stride), Throws.ArgumentException.With.Message.Contains($"{inputs} -> {outputs} at stride {stride}"));

    [Test]
    public void GroupsThatDoNotDivideTheChannelsAreRefused() =>
        Assert.That(() => new ShuffleNetUnit<float>(12, 12, groups: 2), Throws.ArgumentException.With.Message.Contains("2 groups").And.Message.Contains("the 3 inside"));
}
