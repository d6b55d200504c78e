using NUnit.Framework;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>How sure an answer is.</summary>
[TestFixture]
public sealed class AnswerTests
{
    [TestCase(false, 0.9f, 0.05f)]
    [TestCase(false, 0.66f, 0.3f)]
    [TestCase(true, 0.55f, 0.4f, TestName = "ACloseSecondMakesAnAnswerUncertain")]
    [TestCase(true, 0.4f, 0.1f, TestName = "LessThanHalfMakesAnAnswerUncertain")]
    [TestCase(true, 0.0000001f, 0f, TestName = "AnAnswerOfZeroPercentIsUncertain")]
    [TestCase(true, float.NaN, float.NaN, TestName = "AnAnswerThatIsNoNumberIsUncertain")]
    public void AnAnswerIsUncertain(bool expected, float best, float second) =>
        Assert.That(new Answer(1, [second, best, 0], AreProbabilities: true).IsUncertain, Is.EqualTo(expected));

    [Test]
    public void WhatIsLeftOfOneIsNoneOfThese()
    {
        Answer nothing = new(1, [0.1f, 0.2f, 0], AreProbabilities: true);
        Assert.That(nothing.NoneOfThese, Is.EqualTo(0.7).Within(1e-6));
        Assert.That(nothing.IsRatherNone, Is.True);
        Assert.That(new Answer(1, [0.3f, 0.7f], AreProbabilities: true).NoneOfThese, Is.Zero);
    }

    [Test]
    public void ScoresSayNothingAboutCertainty()
    {
        Answer answer = new(0, [-3, -4], AreProbabilities: false);
        Assert.That(answer.NoneOfThese, Is.Null);
        Assert.That(answer.IsUncertain, Is.False);
    }
}
