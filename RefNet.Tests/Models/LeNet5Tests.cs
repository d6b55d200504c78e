using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Tests.Models;

[TestFixture]
public sealed class LeNet5Tests
{
    // LECTURES Y11 and Y12: LeCun et al. 1998, section II.B.
    [TestCase("C1", "6x28x28", 156, 122_304)]
    [TestCase("S2", "6x14x14", 12, 5_880)]
    [TestCase("C3", "16x10x10", 1_516, 151_600)]
    [TestCase("S4", "16x5x5", 32, 2_000)]
    [TestCase("C5", "120x1x1", 48_120, 48_120)]
    [TestCase("F6", "84", 10_164, 10_164)]
    [TestCase("Output", "10", 0, 840)]
    public void Y11_Y12_EachLayerHasThePapersShapeParametersAndConnections(string name, string shape, int parameters, long connections)
    {
        Network<float> network = new LeNet5().Create<float>(seed: 1);
        Shape input = network.InputShape;
        foreach (Layer<float> layer in network.Layers.TakeWhile(layer => layer.Name != name))
            input = layer.OutputShape(input);
        Layer<float> found = network.Layers.Single(layer => layer.Name == name);
        Assert.Multiple(() =>
        {
            Assert.That(found.OutputShape(input).ToString(), Is.EqualTo(shape));
            Assert.That(found.Parameters.Sum(parameter => parameter.Count), Is.EqualTo(parameters));
            Assert.That(found.Cost(input).Connections, Is.EqualTo(connections));
        });
    }

    [Test]
    public void Y11_TheNetworkHas60000ParametersAnd340908Connections()
    {
        Network<float> network = new LeNet5().Create<float>(seed: 1);
        Assert.Multiple(() =>
        {
            Assert.That(network.Parameters.Sum(parameter => parameter.Count), Is.EqualTo(60_000));
            Assert.That(network.Cost(network.InputShape).Connections, Is.EqualTo(340_908));
        });
    }

    [Test]
    public void X3_ThePapersTableHas60CrossesTenInEachRow()
    {
        IEnumerable<int> crossesOfInput = Enumerable.Range(0, 6).Select(input => LeNet5.ConnectionTable.Count(inputs => inputs.Contains(input)));
        Assert.That(crossesOfInput, Is.All.EqualTo(10));
    }

    [Test]
    public void X2_C3With6x6FiltersWouldGive9x9() =>
        Assert.That(new Convolution2D<float>(6, 16, kernel: 6).OutputShape(new Shape(6, 14, 14)), Is.EqualTo(new Shape(16, 9, 9)));
}
