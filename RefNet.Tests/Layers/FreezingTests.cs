using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Layers;

/// <summary>A frozen layer stays as it is in training, and Backward stops at the first layer that learns.</summary>
[TestFixture]
public sealed class FreezingTests
{
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void AFrozenLayerGivesNoGradientsAndTheSameInputGradient(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        LayerRun<double> learning = LayerRun<double>.Of(c.Create<double>(), c.CreateInput<double>(), Mode.Evaluate);
        Layer<double> instance = c.Create<double>();
        instance.IsFrozen = true;
        LayerRun<double> frozen = LayerRun<double>.Of(instance, c.CreateInput<double>(), Mode.Evaluate);
        TensorAssert.AreIdentical(learning.Y, frozen.Y, "y");
        TensorAssert.AreIdentical(learning.DX, frozen.DX, "dX");
        Assert.That(frozen.Gradients.SelectMany(gradient => gradient.Values.ToArray()), Is.All.Zero);
        Assert.That((instance.Learns, instance.Parameters.All(parameter => parameter.IsFrozen)), Is.EqualTo((false, true)));
    });

    [Test]
    public void NorDoesALayerThatDoesNotAsk()
    {
        Careless layer = new() { IsFrozen = true };
        layer.Forward(new Tensor<double>(new Shape(1, 2), [3, 4]), Mode.Train);
        Assert.That(layer.Backward(new Tensor<double>(new Shape(1, 2), [1, 1])).Values.ToArray(), Is.EqualTo(new double[] { 2, 2 }));
        Assert.That(layer.Parameters[0].Gradient[0], Is.Zero);

        layer.IsFrozen = false;
        layer.Backward(new Tensor<double>(new Shape(1, 2), [1, 1]));
        Assert.That(layer.Parameters[0].Gradient[0], Is.EqualTo(7));
    }

    [Test]
    public void L11_RunningStatisticsStandStillAndStandInForThoseOfTheBatch()
    {
        BatchNormalization<double> layer = new(3) { IsFrozen = true };
        layer.Buffers[0].Value.CopyFrom([1, 2, 3]);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(5, 3), Seeds.Create(1));
        Tensor<double> evaluated = layer.Forward(x, Mode.Evaluate).Clone();
        TensorAssert.AreIdentical(evaluated, layer.Forward(x, Mode.Train), "y");
        Assert.That(layer.Buffers[0].Value.Values.ToArray(), Is.EqualTo(new double[] { 1, 2, 3 }));
        Assert.That(layer.Buffers[1].Value.Values.ToArray(), Is.All.EqualTo(1));
    }

    [Test]
    public void FreezingABlockFreezesWhatIsInside()
    {
        Network<double> network = Deep(out _);
        network["block"].IsFrozen = true;
        Assert.That(network.Walk().Where(place => place.Layer.IsFrozen).Select(place => place.Path),
            Is.EqualTo(new[] { "block", "block.Dense1", "block.Sum2", "block.Sum2.Dense1", "block.Sum2.Identity2" }));
        Assert.That(network.NamedParameters().Where(place => !place.Parameter.IsFrozen).Select(place => place.Path), Is.EqualTo(new[] { "head.weight", "head.bias" }));
        network["block.Dense1"].IsFrozen = false;
        Assert.That((network["block"].IsFrozen, network["block"].Learns), Is.EqualTo((false, true)), "one of its layers learns");
    }

    [Test]
    public void BackwardStopsAtTheFirstLayerThatLearns()
    {
        Network<double> network = Deep(out Counted counted);
        Tensor<double> dY = new(new Shape(2, 2));
        Assert.That(BackwardsOf(needsInputGradient: false), Is.EqualTo(1), "layers below learn");

        network["block"].IsFrozen = true;
        Assert.That(BackwardsOf(needsInputGradient: false), Is.Zero, "what is below is frozen");
        Assert.That(BackwardsOf(needsInputGradient: true), Is.EqualTo(1), "unless someone wants the gradient of the input");

        network["head"].IsFrozen = true;
        Assert.That(BackwardsOf(needsInputGradient: false), Is.Zero, "nothing learns");

        int BackwardsOf(bool needsInputGradient)
        {
            int before = counted.Backwards;
            network.Forward(new Tensor<double>(new Shape(2, 3)), Mode.Train);
            network.Backward(dY, needsInputGradient);
            return counted.Backwards - before;
        }
    }

    [Test]
    public void ALayerWithoutParametersDoesNotLearn()
    {
        Assert.That((new Tanh<double>().Learns, new Identity<double>().Learns), Is.EqualTo((false, false)));
        Assert.That((new Dense<double>(2, 2).Learns, new Sequential<double>(new Tanh<double>(), new PReLU<double>(2)).Learns), Is.EqualTo((true, true)));
    }

    private static Network<double> Deep(out Counted counted) => new(new Shape(3), seed: 1,
        new Sequential<double>(new Dense<double>(3, 4), new Sum<double>(new Dense<double>(4, 4), new Identity<double>())) { Name = "block" },
        counted = new Counted(),
        new Dense<double>(4, 2) { Name = "head" });
}
