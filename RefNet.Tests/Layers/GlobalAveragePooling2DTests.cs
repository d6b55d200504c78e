using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class GlobalAveragePooling2DTests
{
    [Test]
    public void L8_TheMeanOfEachMapAndItsGradient()
    {
        GlobalAveragePooling2D<double> layer = new();
        Tensor<double> y = layer.Forward(new Tensor<double>(new Shape(1, 2, 2, 2), [1, 2, 3, 6, -1, -1, 0, 4]), Mode.Train);
        Assert.That(y.Shape, Is.EqualTo(new Shape(1, 2)));
        Assert.That(y.Values.ToArray(), Is.EqualTo(new[] { 3, 0.5 }));
        Assert.That(layer.Backward(new Tensor<double>(y.Shape, [4, -8])).Values.ToArray(), Is.EqualTo(new double[] { 1, 1, 1, 1, -2, -2, -2, -2 }));
    }

    [Test]
    public void L8_ItIsAveragePoolingWhoseWindowIsTheMap([Range(1, 4)] int rows)
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(3, 4, rows, 5), Seeds.Create(rows));
        double[] windows = new AveragePooling2D<double>(new PoolingGeometry(new Window(rows), new Window(5))).Forward(x, Mode.Train).Values.ToArray();
        Assert.That(new GlobalAveragePooling2D<double>().Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(windows).Within(1e-15));
    }

    [Test]
    public void MapsOfAnySizeGiveAsManyNumbersAsThereAreChannels()
    {
        GlobalAveragePooling2D<float> layer = new();
        Assert.That(layer.OutputShape(new Shape(512, 7, 7)), Is.EqualTo(new Shape(512)));
        Assert.That(layer.OutputShape(new Shape(512, 9, 4)), Is.EqualTo(new Shape(512)));
        Assert.That(() => layer.OutputShape(new Shape(512)), Throws.TypeOf<ShapeException>().With.Message.Contains("channels x rows x columns"));
    }
}
