using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class ResidualTests
{
    [Test]
    public void L16_TheShortcutAddsTheInputAndItsGradient()
    {
        Residual<double> block = new(new ReLU<double>());
        Tensor<double> y = block.Forward(new Tensor<double>(new Shape(1, 3), [-1, 2, 3]), Mode.Train);
        Assert.That(y.Span.ToArray(), Is.EqualTo(new double[] { -1, 4, 6 }));
        Assert.That(block.Backward(new Tensor<double>(new Shape(1, 3), [10, 20, 30])).Span.ToArray(), Is.EqualTo(new double[] { 10, 40, 60 }));
    }

    [Test]
    public void ABodyThatChangesTheShapeNeedsAProjection()
    {
        Random random = Seeds.Create(1);
        Assert.That(() => new Sequential<float>(new Shape(3), new Residual<float>(new Dense<float>(3, 5, random))),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo(
                "Residual1: expected a shortcut of the shape that Dense1 gives, 5 (a projection changes the shape); found 3."));
        Residual<float> projected = new(new Dense<float>(3, 5, random), new Dense<float>(3, 5, random));
        Assert.That(projected.OutputShape(new Shape(3)), Is.EqualTo(new Shape(5)));
        Assert.That(projected.Cost(new Shape(3)).MultiplyAccumulates, Is.EqualTo(2 * 3 * 5));
    }

    [Test]
    public void NamesInsideBlocksTellTheWay()
    {
        Random random = Seeds.Create(1);
        Shape shape = new(2);
        Sequential<float> network = new(shape,
            new Residual<float>(new Sequential<float>(shape, new Dense<float>(2, 2, random), new BatchNormalization<float>(2))),
            new Dense<float>(2, 2, random) { Name = "F6" });
        Assert.That(network.Parameters.Select(parameter => parameter.Name), Is.EqualTo(new[]
        {
            "Residual1.Sequential1.Dense1.weight", "Residual1.Sequential1.Dense1.bias",
            "Residual1.Sequential1.BatchNormalization2.gamma", "Residual1.Sequential1.BatchNormalization2.beta",
            "F6.weight", "F6.bias",
        }));
        Assert.That(network.Buffers[0].Name, Is.EqualTo("Residual1.Sequential1.BatchNormalization2.runningMean"));
    }
}
