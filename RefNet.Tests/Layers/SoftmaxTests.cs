using NUnit.Framework;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class SoftmaxTests
{
    [Test]
    public void L9_LogarithmsOfOddsBecomeTheOdds()
    {
        Tensor<double> y = new Softmax<double>().Forward(new Tensor<double>(new Shape(1, 3), [Math.Log(1), Math.Log(2), Math.Log(5)]), Mode.Evaluate);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new[] { 1.0 / 8, 2.0 / 8, 5.0 / 8 }).Within(1e-15));
    }

    [Test]
    public void L9_LargeInputsStayFinite()
    {
        Tensor<float> y = new Softmax<float>().Forward(new Tensor<float>(new Shape(2, 2), [1000, 1000, -1000, 1000]), Mode.Evaluate);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new[] { 0.5f, 0.5f, 0, 1 }));
    }

    [Test]
    public void ImagesGetASoftmaxAtEachPixel()
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3, 4, 5), Seeds.Create(1));
        Tensor<double> y = new Softmax<double>().Forward(x, Mode.Evaluate);
        for (int row = 0; row < 4; row++)
        {
            for (int column = 0; column < 5; column++)
            {
                double z = Enumerable.Range(0, 3).Sum(c => Math.Exp(x[1, c, row, column]));
                for (int c = 0; c < 3; c++)
                    Assert.That(y[1, c, row, column], Is.EqualTo(Math.Exp(x[1, c, row, column]) / z).Within(1e-14));
            }
        }
    }
}
