using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Regularizers;
using RefNet.Tensors;
using RefNet.Tests.Layers;
using RefNet.Tests.Losses;
using RefNet.Training;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class SideHeadTests
{
    [Test]
    public void Y27_WhatPassesStaysAsItIsAndTheGradientOfTheHeadIsAdded()
    {
        SideHead<double> side = new(new LeakyReLU<double>(0.5), weight: 0.3);
        Tensor<double> x = new(new Shape(1, 2), [-2, 3]);
        Assert.That(side.Forward(x, Mode.Train), Is.SameAs(x));
        Assert.That(side.HeadOutput.Values.ToArray(), Is.EqualTo(new double[] { -1, 3 }));
        Assert.That(side.Backward(new Tensor<double>(x.Shape, [10, 20])).Values.ToArray(), Is.EqualTo(new double[] { 10, 20 }), "no loss looks at the head");

        side.HeadGradient = new Tensor<double>(x.Shape, [2, 4]);
        Assert.That(side.Backward(new Tensor<double>(x.Shape, [10, 20])).Values.ToArray(), Is.EqualTo(new double[] { 10 + 1, 20 + 4 }));
    }

    [Test]
    public void InEvaluateTheHeadDoesNotCompute()
    {
        Counted head = new();
        Network<double> network = new(new Shape(2), seed: 1, new SideHead<double>(head, weight: 0.3));
        network.Forward(new Tensor<double>(new Shape(1, 2)), Mode.Evaluate);
        network.Predict(new Tensor<double>(new Shape(1, 2)));
        Assert.That(head.Forwards, Is.Zero);
        Assert.That(() => ((SideHead<double>)network["SideHead1"]).HeadOutput, Throws.InvalidOperationException.With.Message.Contains("Forward in Train"));
    }

    [TestCase(0), TestCase(-1), TestCase(double.NaN), TestCase(double.PositiveInfinity)]
    public void AWeightOutOfRangeIsAnError(double weight) =>
        Assert.That(() => new SideHead<double>(new Tanh<double>(), weight), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("a finite number above 0"));

    [Test]
    public void AHeadThatCannotTakeWhatPassesIsFoundWhenTheNetworkIsBuilt() => Assert.That(
        () => new Network<double>(new Shape(3), seed: 1, new SideHead<double>(new Dense<double>(4, 2), weight: 0.3)), Throws.TypeOf<ShapeException>());

    // GoogLeNet in small: heads at two depths, one of them inside a branch, and a penalty on the weights.
    [Test]
    public void Y27_TheGradientsOfAnObjectiveWithSideHeadsAgreeWithFiniteDifferences()
    {
        Network<double> network = GoogLeNetInSmall();
        Objective<double> objective = new(network, () => new SoftmaxCrossEntropy<double>(), new L2Regularizer<double>(0.01));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(3, 4), Seeds.Create(2));
        Targets<double> target = new([0, 2, 1], new Shape(3, 3));
        objective.ComputeGradients(x, target);
        Tensor<double>[] gradients = [.. network.Parameters.Select(parameter => parameter.Gradient.Clone())];

        const double H = 1e-5;
        foreach (((string path, Parameter<double> parameter), Tensor<double> gradient) in network.NamedParameters().Zip(gradients))
        {
            for (int i = 0; i < parameter.Count; i++)
            {
                double value = parameter.Value.Values[i];
                parameter.Value.Span[i] = value + H;
                double above = objective.ComputeGradients(x, target).Loss;
                parameter.Value.Span[i] = value - H;
                double below = objective.ComputeGradients(x, target).Loss;
                parameter.Value.Span[i] = value;
                // The third derivative of a loss near 1 times H²/6, and the rounding of two losses over 2 H: both below 1e-9.
                Assert.That(gradient.Values[i], Is.EqualTo((above - below) / (2 * H)).Within(1e-8), $"{path}[{i}]");
            }
        }
    }

    [Test]
    public void Y27_TheObjectiveIsTheLossAndTheWeightedLossesOfTheHeads()
    {
        Network<double> network = GoogLeNetInSmall();
        Objective<double> objective = new(network, () => new SoftmaxCrossEntropy<double>());
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(3, 4), Seeds.Create(2)), target = LossCheck.OneHot(3, 0, 2, 1);
        double together = objective.ComputeGradients(x, target).Loss;

        SoftmaxCrossEntropy<double> loss = new();
        double expected = loss.Forward(network.Output!, target)
            + 0.3 * loss.Forward(network["early.Dense1"].Output!, target) + 0.5 * loss.Forward(network["body.f.late.Dense1"].Output!, target);
        Assert.That(together, Is.EqualTo(expected).Within(1e-14));
    }

    [Test]
    public void AFrozenTrunkStillTrainsTheHead()
    {
        Network<double> network = new(new Shape(4), seed: 1,
            new Dense<double>(4, 5) { Name = "trunk", IsFrozen = true }, new SideHead<double>(new Dense<double>(5, 3), weight: 0.3) { Name = "side" }, new Dense<double>(5, 3) { Name = "end" });
        new Objective<double>(network, () => new SoftmaxCrossEntropy<double>()).ComputeGradients(
            LayerCase.RandomTensor<double>(new Shape(3, 4), Seeds.Create(2)), LossCheck.OneHot(3, 0, 2, 1));
        foreach ((string path, Parameter<double> parameter) in network.NamedParameters())
            Assert.That(parameter.Gradient.Values.ToArray(), path.StartsWith("trunk", StringComparison.Ordinal) ? Is.All.Zero : Has.None.Zero, path);
    }

    private static Network<double> GoogLeNetInSmall()
    {
        SideHead<double> early = new(new Dense<double>(5, 3), weight: 0.3) { Name = "early" };
        SideHead<double> late = new(new Dense<double>(5, 3), weight: 0.5) { Name = "late" };
        Sequential<double> f = new(new Dense<double>(5, 5), new Tanh<double>(), late) { Name = "f" };
        return new Network<double>(new Shape(4), seed: 1,
            new Dense<double>(4, 5), new Tanh<double>(), early, new Sum<double>(f, new Identity<double>()) { Name = "body" }, new Dense<double>(5, 3));
    }
}
