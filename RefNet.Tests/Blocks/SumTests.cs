using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class SumTests
{
    [Test]
    public void L16_TheShortcutAddsTheInputAndItsGradient()
    {
        Sum<double> block = new(new ReLU<double>(), new Identity<double>());
        Tensor<double> y = block.Forward(new Tensor<double>(new Shape(1, 3), [-1, 2, 3]), Mode.Train);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { -1, 4, 6 }));
        Assert.That(block.Backward(new Tensor<double>(new Shape(1, 3), [10, 20, 30])).Values.ToArray(), Is.EqualTo(new double[] { 10, 40, 60 }));
    }

    [Test]
    public void ThreeBranchesAdd()
    {
        Sum<double> block = new(new Identity<double>(), new ReLU<double>(), new LeakyReLU<double>(0.5));
        Tensor<double> y = block.Forward(new Tensor<double>(new Shape(1, 2), [-4, 3]), Mode.Train);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { -4 + 0 - 2, 3 + 3 + 3 }));
        Assert.That(block.Backward(new Tensor<double>(new Shape(1, 2), [10, 10])).Values.ToArray(), Is.EqualTo(new double[] { 15, 30 }));
    }

    [Test]
    public void OneBranchIsThatBranch()
    {
        Sum<double> block = new(new ReLU<double>());
        Assert.That(block.Forward(new Tensor<double>(new Shape(1, 2), [-4, 3]), Mode.Train).Values.ToArray(), Is.EqualTo(new double[] { 0, 3 }));
        Assert.That(block.Backward(new Tensor<double>(new Shape(1, 2), [10, 10])).Values.ToArray(), Is.EqualTo(new double[] { 0, 10 }));
        Assert.That(() => new Sum<double>(), Throws.ArgumentException.With.Message.Contains("one branch or more"));
    }

    [Test]
    public void ABodyThatChangesTheShapeNeedsAProjection()
    {
        Assert.That(() => new Network<float>(new Shape(3), seed: 1, new Sum<float>(new Dense<float>(3, 5), new Identity<float>())),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo(
                "Sum1: expected branches of the shape that Dense1 gives, 5 (a projection changes the shape); Identity2 gives another; found 3."));
        Sum<float> projected = new(new Dense<float>(3, 5), new Dense<float>(3, 5));
        Assert.That(projected.OutputShape(new Shape(3)), Is.EqualTo(new Shape(5)));
        Assert.That(projected.Cost(new Shape(3)).MultiplyAccumulates, Is.EqualTo(2 * 3 * 5));
    }
}
