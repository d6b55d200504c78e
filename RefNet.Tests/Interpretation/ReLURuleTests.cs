using NUnit.Framework;
using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

/// <summary>The ways back through a ReLU: what each lets through, and that none outlives its pass.</summary>
[TestFixture]
public sealed class ReLURuleTests
{
    [Test]
    public void V5_V6_WhatEachRuleLetsThrough([ValueSource(typeof(LookedAt), nameof(LookedAt.Backends))] IBackend<double> backend)
    {
        ReLU<double> relu = new();
        relu.To(backend);
        Shape shape = new(1, 6);
        relu.Forward(new Tensor<double>(shape, [3, 3, -3, -3, 0, 0]), Mode.Evaluate);
        Tensor<double> dY = new(shape, [2, -2, 2, -2, 2, -2]);

        Assert.Multiple(() =>
        {
            Assert.That(Back(ReLURule.Gradient), Is.EqualTo(new double[] { 2, -2, 0, 0, 0, 0 }));
            Assert.That(Back(ReLURule.Guided), Is.EqualTo(new double[] { 2, 0, 0, 0, 0, 0 }));
            Assert.That(Back(ReLURule.Deconvnet), Is.EqualTo(new double[] { 2, 0, 2, 0, 2, 0 }));
            Assert.That(relu.Backward(dY).Values.ToArray(), Is.EqualTo(new double[] { 2, -2, 0, 0, 0, 0 }), "without a rule, after the others");
        });

        double[] Back(ReLURule rule) => relu.Backward(dY, rule).Values.ToArray();
    }

    // Guided backpropagation keeps what both others keep: the positives of the forward signal, and of the one on the way back.
    [Test]
    public void V5_GuidedKeepsThePositivesOfBoth([ValueSource(typeof(LookedAt), nameof(LookedAt.Backends))] IBackend<double> backend)
    {
        ReLU<double> relu = new();
        relu.To(backend);
        Tensor<double> x = LookedAt.Images(3), dY = LookedAt.Images(3, seed: 2);
        relu.Forward(x, Mode.Evaluate);
        double[] gradient = relu.Backward(dY).Values.ToArray(), deconvnet = relu.Backward(dY, ReLURule.Deconvnet).Values.ToArray();
        double[] guided = relu.Backward(dY, ReLURule.Guided).Values.ToArray();
        Assert.That(guided, Is.EqualTo(gradient.Zip(deconvnet, (g, d) => g > 0 && d > 0 ? g : 0)).And.Some.Positive);
        Assert.That(guided, Is.Not.EqualTo(gradient).And.Not.EqualTo(deconvnet));
    }

    [Test]
    public void V5_ReLUsInsideBlocksFollowTheRule([ValueSource(typeof(LookedAt), nameof(LookedAt.Backends))] IBackend<double> backend)
    {
        Network<double> network = LookedAt.Branching();
        network.To(backend);
        network.Forward(LookedAt.Images(2), Mode.Evaluate);
        network.Backward(LookedAt.Images(2).Reshape(new Shape(288)) is var numbers ? new Tensor<double>(new Shape(2, 3), numbers.Values[..6]) : null!, ReLURule.Guided);
        foreach (string path in new[] { "relu1", "block.body.ReLU3", "top.relu" })
        {
            Layer<double> relu = network[path];
            double[] expected = [.. relu.OutputGradient!.Values.ToArray().Zip(relu.Input!.Values.ToArray(), (dy, x) => dy > 0 && x > 0 ? dy : 0)];
            Assert.That(relu.InputGradient!.Values.ToArray(), Is.EqualTo(expected).And.Some.Positive, path);
        }
    }

    [Test]
    public void V6_DeconvnetAndGuidedBackpropagationOfALinearNetworkAreTheGradient()
    {
        Network<double> network = new(LookedAt.Input, seed: 3,
            new Convolution2D<double>(2, 4, kernel: 3), new MaxPooling2D<double>(2, rounding: RefNet.Geometry.Rounding.Floor), new Flatten<double>(), new Dense<double>(36, 3));
        Tensor<double> x = LookedAt.Images(2);
        Tensor<double> gradient = Saliency.Of(network.Scores(), x, c: 1);
        TensorAssert.AreIdentical(gradient, Deconvnet.Of(network.Scores(), x, c: 1), "deconvnet");
        TensorAssert.AreIdentical(gradient, GuidedBackpropagation.Of(network.Scores(), x, c: 1), "guided backpropagation");
    }

    // Max pooling carries back to the places that won; a linear filter is carried back transposed.
    [Test]
    public void V6_AnActivationGoesBackToItsSwitchThroughTheTransposedFilter()
    {
        Convolution2D<double> convolution = new(1, 1, new RefNet.Geometry.ConvolutionGeometry(new(2), new(2)) { Flip = false }, useBias: false) { Name = "conv" };
        convolution.Parameters[0].Value.CopyFrom([1, 2, 3, 4]);
        Network<double> network = new(new Shape(1, 5, 5), seed: 1, convolution, new ReLU<double>(), new MaxPooling2D<double>(2) { Name = "pool" });
        Tensor<double> x = new(new Shape(1, 1, 5, 5));
        x[0, 0, 3, 1] = 1; // y(2,1) = 2, y(2,0) = 4 and y(3,..): the window of rows 2 and 3 has its maximum at (2,0)
        double[] back = Deconvnet.Of(network, x, "pool", (Map: 0, Row: 1, Column: 0)).Values.ToArray();
        double[] expected = new double[25];
        (expected[10], expected[11], expected[15], expected[16]) = (4 * 1, 4 * 2, 4 * 3, 4 * 4);
        Assert.That(back, Is.EqualTo(expected));
    }

    [Test]
    public void ARuleEndsWithItsPassEvenAfterAnError()
    {
        Network<double> network = LookedAt.Branching();
        network["head"].IsFrozen = true;
        Tensor<double> x = LookedAt.Images(2), dY = new(new Shape(2, 3), [1, -2, 3, -4, 5, -6]);
        network.Forward(x, Mode.Evaluate);
        Tensor<double> before = network.Backward(dY).Clone();

        Assert.That(() => network.Backward(new Tensor<double>(new Shape(2, 4)), ReLURule.Guided), Throws.TypeOf<ShapeException>());
        network.Backward(dY, ReLURule.Deconvnet);
        Assert.That(network.Walk().Select(place => place.Layer).OfType<ReLU<double>>().Select(relu => relu.Rule), Is.All.EqualTo(ReLURule.Gradient));
        Assert.That(network.Walk().Where(place => place.Layer.Layers.Count == 0 && place.Layer.IsFrozen).Select(place => place.Path), Is.EqualTo(new[] { "head" }), "frozen layers stay frozen, the others learn");
        TensorAssert.AreIdentical(before, network.Backward(dY), "the gradient afterwards");
    }

    [Test]
    public void ARuleDoesNotReachTheGradientsOfParameters()
    {
        Network<double> looked = LookedAt.Branching(), untouched = LookedAt.Branching();
        Tensor<double> x = LookedAt.Images(2), dY = new(new Shape(2, 3), [1, -2, 3, -4, 5, -6]);
        looked.Forward(x, Mode.Train);
        looked.Backward(dY, ReLURule.Guided);
        Assert.That(looked.Parameters.SelectMany(parameter => parameter.Gradient.Values.ToArray()), Is.All.Zero);
        looked.Backward(dY);
        untouched.Forward(x, Mode.Train);
        untouched.Backward(dY);
        foreach ((Parameter<double> after, Parameter<double> alone) in looked.Parameters.Zip(untouched.Parameters))
            TensorAssert.AreIdentical(alone.Gradient, after.Gradient, alone.Name);
    }
}
