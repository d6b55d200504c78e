using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class PoolingTests
{
    private static readonly Tensor<double> LectureImage = new(new Shape(1, 1, 4, 4), [1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4]);

    [Test]
    public void Y8_MaxPoolingOfTheLecturesImage() =>
        Assert.That(new MaxPooling2D<double>(2).Forward(LectureImage, Mode.Evaluate).Values.ToArray(), Is.EqualTo([6, 8, 3, 4]));

    [Test]
    public void Y8_X12_AveragePoolingOfTheLecturesImageIsNotTruncated() =>
        Assert.That(new AveragePooling2D<double>(2).Forward(LectureImage, Mode.Evaluate).Values.ToArray(), Is.EqualTo([3.25, 5.25, 2, 2]));

    [Test]
    public void L7_OfEqualElementsTheFirstGetsTheWholeGradient()
    {
        MaxPooling2D<double> layer = new(2);
        layer.Forward(new Tensor<double>(new Shape(1, 1, 2, 2), [3, 7, 7, 7]), Mode.Train);
        Assert.That(layer.Backward(new Tensor<double>(new Shape(1, 1, 1, 1), [5])).Values.ToArray(), Is.EqualTo([0, 5, 0, 0]));
    }

    [Test]
    public void L7_PaddingNeverWins()
    {
        MaxPooling2D<double> layer = new(PoolingGeometry.Square(2, stride: 1, padding: 1));
        Tensor<double> y = layer.Forward(new Tensor<double>(new Shape(1, 1, 1, 1), [-3]), Mode.Evaluate);
        Assert.That(y.Values.ToArray(), Is.EqualTo([-3, -3, -3, -3]));
    }

    [Test]
    public void L7_NaNIsNotSwallowed()
    {
        MaxPooling2D<double> layer = new(2);
        Assert.That(layer.Forward(new Tensor<double>(new Shape(1, 1, 2, 2), [1, double.NaN, 9, 2]), Mode.Evaluate)[0, 0, 0, 0], Is.NaN);
    }

    [TestCase(true, new[] { 0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25 })]
    [TestCase(false, new double[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void L8_ThePaddingCountsInTheMeanOrNot(bool countPadding, double[] expected)
    {
        AveragePooling2D<double> layer = new(PoolingGeometry.Square(2, stride: 1, padding: 1), countPadding);
        Tensor<double> ones = new(new Shape(1, 1, 2, 2), [1, 1, 1, 1]);
        Assert.That(layer.Forward(ones, Mode.Evaluate).Values.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void L7_L8_SizeStridePaddingAndRoundingInOneLine()
    {
        MaxPooling2D<float> largest = new(3, stride: 2, padding: 0, rounding: Rounding.Ceiling);
        Assert.That(largest.OutputShape(new Shape(64, 112, 112)), Is.EqualTo(new Shape(64, 56, 56)), "GoogLeNet's first pooling");
        Assert.That(largest.ToString(), Is.EqualTo("new MaxPooling2D<float>(PoolingGeometry.Square(3, stride: 2) with { Rounding = Rounding.Ceiling })"));
        Assert.That(() => new MaxPooling2D<float>(3, stride: 2).OutputShape(new Shape(64, 112, 112)), Throws.TypeOf<ShapeException>().With.Message.Contains("Rounding.Ceiling"));
        AveragePooling2D<float> mean = new(3, stride: 1, padding: 1, countPadding: false);
        Assert.That(mean.ToString(), Is.EqualTo("new AveragePooling2D<float>(PoolingGeometry.Square(3, stride: 1, padding: 1), countPadding: false)"));
    }

    [Test]
    public void L22_AWindowOfOneRowPoolsSequences()
    {
        Tensor<double> x = new(new Shape(1, 1, 1, 6), [1, 5, 2, 8, 3, 4]);
        Assert.That(new MaxPooling2D<double>(PoolingGeometry.Row(2)).Forward(x, Mode.Evaluate).Values.ToArray(), Is.EqualTo(new double[] { 5, 8, 4 }));
        Assert.That(new AveragePooling2D<double>(PoolingGeometry.Row(3, stride: 1)).Forward(x, Mode.Evaluate).Values.ToArray(), Is.EqualTo(new[] { 8.0 / 3, 5, 13.0 / 3, 5 }).Within(1e-15));
    }

    [Test]
    public void L8_TheMeanIsThatOfThisImageEvenWhereAnotherSizeHadAsManyWindows()
    {
        AveragePooling2D<double> layer = new(PoolingGeometry.Square(2) with { Rounding = Rounding.Ceiling });
        layer.Forward(LectureImage, Mode.Evaluate);
        Tensor<double> smaller = new(new Shape(1, 1, 3, 3), [1, 1, 2, 5, 6, 7, 3, 2, 1]);
        Assert.That(layer.Forward(smaller, Mode.Evaluate).Values.ToArray(), Is.EqualTo([3.25, 4.5, 2.5, 1]));
    }

    [Test]
    public void L6_SubsamplingIsTheSumOfTheWindowTimesOneCoefficientPlusABias()
    {
        Subsampling2D<double> layer = new(1, 2);
        layer.Parameters[0].Value.CopyFrom([0.5]);
        layer.Parameters[1].Value.CopyFrom([10]);
        Assert.That(layer.Forward(LectureImage, Mode.Evaluate).Values.ToArray(), Is.EqualTo([16.5, 20.5, 14, 14]));
    }
}
