using NUnit.Framework;
using RefNet.Backends.Reference;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

/// <summary>Input, Output, OutputGradient and InputGradient of any layer: those of the last pass, and no others.</summary>
[TestFixture]
public sealed class TapTests
{
    private static readonly Shape Batch = new(2, 3);

    [Test]
    public void EachLayerShowsWhatWentThroughIt()
    {
        Network<double> network = Branching();
        Tensor<double> x = LayerCase.RandomTensor<double>(Batch, Seeds.Create(1)), dY = LayerCase.RandomTensor<double>(new Shape(2, 8), Seeds.Create(2));
        Tensor<double> y = network.Forward(x, Mode.Train);
        Tensor<double> dX = network.Backward(dY);

        Layer<double> first = network["first"], sum = network["sum"], tanh = network["sum.tanh"], both = network["both"];
        Assert.That((network.Input, network.Output, network.OutputGradient, network.InputGradient), Is.EqualTo((x, y, dY, dX)));
        Assert.That(first.Input, Is.SameAs(x));
        Assert.That(new[] { sum.Input, tanh.Input }, Is.All.SameAs(first.Output));
        Assert.That(both.Input, Is.SameAs(sum.Output));
        Assert.That(tanh.OutputGradient, Is.SameAs(sum.OutputGradient).And.SameAs(both.InputGradient));
        Assert.That(first.OutputGradient, Is.SameAs(sum.InputGradient));
        Assert.That(first.InputGradient, Is.SameAs(dX));
        TensorAssert.AreIdentical(new Tanh<double>().Forward(first.Output!, Mode.Train), tanh.Output!, "the branch of a sum");
        Assert.That(network["both.ReLU2"].Output!.Values.ToArray(), Is.EqualTo(sum.Output!.Values.ToArray().Select(value => Math.Max(0, value))), "the branch of a concatenation");
    }

    [Test]
    public void BeforeAPassThereIsNothingToSee()
    {
        Network<double> network = Branching();
        Assert.That(Taps(network), Is.All.Null);
        network.Forward(new Tensor<double>(Batch), Mode.Train);
        Assert.That(network.Walk().Select(place => place.Layer.Output), Has.None.Null);
        Assert.That(network.Walk().Select(place => place.Layer.OutputGradient), Is.All.Null, "Backward has not come yet");
    }

    [Test]
    public void ANewForwardForgetsTheGradientsOfTheLastBackward()
    {
        Dense<double> layer = new(3, 2);
        layer.Forward(new Tensor<double>(Batch), Mode.Train);
        layer.Backward(new Tensor<double>(new Shape(2, 2)));
        layer.Forward(new Tensor<double>(Batch), Mode.Train);
        Assert.That((layer.OutputGradient, layer.InputGradient), Is.EqualTo(((Tensor<double>?)null, (Tensor<double>?)null)));
    }

    [Test]
    public void WhereNobodyWantsItThereIsNoInputGradient()
    {
        Network<double> network = Branching();
        network.Forward(new Tensor<double>(Batch), Mode.Train);
        Assert.That(network.Backward(new Tensor<double>(new Shape(2, 8)), needsInputGradient: false), Is.Null);
        Assert.That((network.InputGradient, network["first"].InputGradient), Is.EqualTo(((Tensor<double>?)null, (Tensor<double>?)null)));
        Assert.That(network["first"].OutputGradient, Is.Not.Null);
    }

    [Test]
    public void PredictAndAMoveForgetThePass()
    {
        Network<double> network = Branching();
        foreach (Action forget in new Action[] { () => network.Predict(new Tensor<double>(Batch)), () => network.To(new ReferenceBackend<double>()) })
        {
            network.Forward(new Tensor<double>(Batch), Mode.Train);
            forget();
            Assert.That(Taps(network), Is.All.Null);
            Assert.That(() => network.Backward(new Tensor<double>(new Shape(2, 8))), Throws.InvalidOperationException.With.Message.Contains("needs a Forward"));
        }
    }

    [Test]
    public void AMistakeNamesTheLayer()
    {
        Dense<double> layer = new(3, 2) { Name = "F6" };
        Assert.That(() => layer.Backward(new Tensor<double>(new Shape(2, 2))), Throws.InvalidOperationException.With.Message.EqualTo("F6: Backward needs a Forward before it."));
        Assert.That(() => layer.Forward(new Tensor<double>(new Shape(2, 4)), Mode.Train), Throws.TypeOf<ShapeException>().With.Message.StartsWith("F6: expected samples of shape 3"));
        Assert.That(() => layer.Forward(new Tensor<double>(new Shape(3)), Mode.Train),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("F6: expected a batch: samples x the shape of one sample; found 3."));
        layer.Forward(new Tensor<double>(Batch), Mode.Train);
        Assert.That(() => layer.Backward(new Tensor<double>(new Shape(2, 3))),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("F6: expected a gradient of the shape of the last output, 2x2; found 2x3."));
    }

    // A layer that could not take its input must not answer with what it saw before.
    [Test]
    public void AForwardThatFailedLeavesNoPassBehind()
    {
        Dense<double> layer = new(3, 2);
        layer.Forward(new Tensor<double>(Batch), Mode.Train);
        Assert.That(() => layer.Forward(new Tensor<double>(new Shape(2, 4)), Mode.Train), Throws.TypeOf<ShapeException>());
        Assert.That(() => layer.Backward(new Tensor<double>(new Shape(2, 2))), Throws.InvalidOperationException);
    }

    private static Network<double> Branching() => new(new Shape(3), seed: 1,
        new Dense<double>(3, 4) { Name = "first" },
        new Sum<double>(new Tanh<double> { Name = "tanh" }, new Identity<double>()) { Name = "sum" },
        new Concatenation<double>(new Dense<double>(4, 4), new ReLU<double>()) { Name = "both" });

    private static Tensor<double>?[] Taps(Layer<double> network) =>
        [.. network.Walk().SelectMany(place => new[] { place.Layer.Input, place.Layer.Output, place.Layer.OutputGradient, place.Layer.InputGradient })];
}
