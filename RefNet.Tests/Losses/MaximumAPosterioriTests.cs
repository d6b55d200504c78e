using NUnit.Framework;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Losses;

[TestFixture]
public sealed class MaximumAPosterioriTests
{
    [Test]
    public void L20_OneSampleAsEquationNineSays()
    {
        double expected = 2 + Math.Log(Math.Exp(-0.5) + Math.Exp(-1) + Math.Exp(-2) + Math.Exp(-3));
        double loss = new MaximumAPosteriori<double>(j: 0.5).Forward(new Tensor<double>(new Shape(1, 3), [1, 2, 3]), LossCheck.OneHot(3, 1));
        Assert.That(loss, Is.EqualTo(expected).Within(1e-15));
    }

    [Test]
    public void L20_TheGradientAgreesWithFiniteDifferences([Range(0, 9)] int seed)
    {
        Tensor<double> y = LayerCase.RandomTensor<double>(new Shape(3, 4), Seeds.Create(seed));
        foreach (ref double penalty in y.Span)
            penalty *= penalty;
        LossCheck.GradientAgrees(new MaximumAPosteriori<double>(j: 0.1 + seed), y, LossCheck.OneHot(4, 3, 0, 2));
    }

    [Test]
    public void X22_TheSmallestPenaltyDecides() => Assert.That(new MaximumAPosteriori<double>(j: 1).Decide([3, 1, 2]), Is.EqualTo(1));

    [Test]
    public void PenaltiesOfThousandsStayFinite()
    {
        MaximumAPosteriori<float> loss = new(j: 0.1);
        Tensor<float> y = new(new Shape(1, 3), [1000, 2000, 3000]);
        float value = loss.Forward(y, new Tensor<float>(new Shape(1, 3), [1, 0, 0]));
        Assert.That(value, Is.EqualTo(1000 - 0.1f), "all classes far off: log Z = -j");
        Assert.That(loss.Backward().Values.ToArray(), Is.EqualTo(new float[] { 1, 0, 0 }), "pull at the right class only");
    }

    [Test]
    public void WithALargeJPenaltiesOfThousandsStayFiniteToo()
    {
        MaximumAPosteriori<float> loss = new(j: 5000);
        float value = loss.Forward(new Tensor<float>(new Shape(1, 2), [1000, 2000]), new Tensor<float>(new Shape(1, 2), [0, 1]));
        Assert.That(value, Is.EqualTo(1000));
        Assert.That(loss.Backward().Values.ToArray(), Is.EqualTo(new float[] { -1, 1 }));
    }

    [Test]
    public void WhatThePosteriorsLeaveBelongsToRubbish()
    {
        double[] p = new double[2];
        // exp(-j) = 1/2, exp(-y) = 1/4 and 1/4.
        Assert.That(new MaximumAPosteriori<double>(Math.Log(2)).TryGetProbabilities([Math.Log(4), Math.Log(4)], p), Is.True);
        Assert.That(p, Is.EqualTo(new[] { 0.25, 0.25 }).Within(1e-15));
    }

    [TestCase(0), TestCase(-1), TestCase(double.NaN), TestCase(double.PositiveInfinity)]
    public void JMustBeAboveZero(double j) => Assert.That(() => new MaximumAPosteriori<double>(j),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("rubbish class must be a finite number above 0"));
}
