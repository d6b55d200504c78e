using NUnit.Framework;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class EuclideanRadialBasisTests
{
    [Test]
    public void L20_OutputsAreSquaredDistances()
    {
        EuclideanRadialBasis<double> layer = new(new Tensor<double>(new Shape(3, 2), [0, 0, 1, -1, 3, 4]));
        Tensor<double> y = layer.Forward(new Tensor<double>(new Shape(2, 2), [3, 4, 1, 0]), Mode.Evaluate);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 25, 29, 0, 1, 1, 20 }));
    }

    [Test]
    public void X22_TheSmallestOutputNamesTheDigit()
    {
        Tensor<float> bitmaps = DigitBitmaps.Create<float>();
        Tensor<float> y = new EuclideanRadialBasis<float>(bitmaps).Forward(bitmaps, Mode.Evaluate);
        MaximumAPosteriori<float> loss = new(j: 1);
        for (int digit = 0; digit < 10; digit++)
        {
            Assert.That(y[digit, digit], Is.EqualTo(0));
            Assert.That(loss.Decide(y.Sample(digit)), Is.EqualTo(digit));
        }
    }

    [Test]
    public void X22_TheCentresAre840FixedNumbersOfPlusOrMinusOne()
    {
        Tensor<float> bitmaps = DigitBitmaps.Create<float>();
        EuclideanRadialBasis<float> layer = new(bitmaps);
        Assert.That(bitmaps.Shape, Is.EqualTo(new Shape(10, 7 * 12)));
        Assert.That(bitmaps.Values.ToArray(), Is.All.EqualTo(1).Or.EqualTo(-1));
        Assert.That(layer.Cost(new Shape(84)).Connections, Is.EqualTo(840), "Y11");
        Assert.That(layer.Parameters, Is.Empty);
    }

    [Test]
    public void InputsOfAnotherWidthAreAnErrorThatNamesTheLayer() =>
        Assert.That(() => new EuclideanRadialBasis<float>(DigitBitmaps.Create<float>()) { Name = "Output" }.OutputShape(new Shape(80)),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("Output: expected samples of shape 84; found 80."));
}
