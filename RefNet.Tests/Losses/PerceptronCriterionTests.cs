using NUnit.Framework;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Losses;

[TestFixture]
public sealed class PerceptronCriterionTests
{
    [Test]
    public void L1_TheLossIsTheLeadOfTheBestScoreOverTheRightOne()
    {
        PerceptronCriterion<double> loss = new();
        Assert.That(loss.Forward(new Tensor<double>(new Shape(2, 3), [1, 4, 2, 1, 4, 2]), LossCheck.OneHot(3, 1, 0)), Is.EqualTo((0 + 3) / 2.0));
        Assert.That(loss.Backward().Values.ToArray(), Is.EqualTo(new[] { 0, 0, 0, -0.5, 0.5, 0 }), "nothing for what is right");
    }

    [Test]
    public void L1_ATieIsDecidedForTheFirstClassAndIsAMistakeForAnother()
    {
        PerceptronCriterion<double> loss = new();
        loss.Forward(new Tensor<double>(new Shape(2, 2)), LossCheck.OneHot(2, 0, 1));
        Assert.That(loss.Decide([0, 0]), Is.EqualTo(0));
        Assert.That(loss.Backward().Values.ToArray(), Is.EqualTo(new[] { 0, 0, 0.5, -0.5 }), "weights that start at zero must be able to leave");
    }

    [Test]
    public void L1_TheGradientAgreesWithFiniteDifferences([Range(0, 9)] int seed) => LossCheck.GradientAgrees(
        new PerceptronCriterion<double>(), LayerCase.RandomTensor<double>(new Shape(3, 4), Seeds.Create(seed)), LossCheck.OneHot(4, 3, 0, 2));

    [Test]
    public void ScoresAreNoProbabilities() => Assert.That(new PerceptronCriterion<double>().TryGetProbabilities([1, 2], new double[2]), Is.False);
}
