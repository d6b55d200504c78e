using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Verification;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Layers;

/// <summary>The laws of Backward, over every layer of the engine and generated configurations of it.</summary>
[TestFixture]
public sealed class LayerGradientTests
{
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void T13_TheGradientsOfEveryLayerAgreeWithFiniteDifferences(Type layer) => Properties.ForAllGradients(EngineLayers.Cases(layer), c => c.Shrink(), c =>
        GradientCheck.Run(c.Create<double>(), c.CreateInput<double>(), c.Mode, c.Seed, maxEntries: int.MaxValue));

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void BackwardAddsToTheGradientsOfParameters(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        LayerRun<double> once = LayerRun<double>.Of(instance, c.CreateInput<double>(), c.Mode);
        Tensor<double> dX = instance.Backward(LayerRun<double>.OutputGradient(once.Y.Shape));

        TensorAssert.AreIdentical(once.DX, dX, "dX of a second Backward");
        (string Path, Parameter<double> Parameter)[] parameters = [.. instance.NamedParameters()];
        for (int i = 0; i < once.Gradients.Length; i++)
        {
            Tensor<double> doubled = once.Gradients[i].Clone();
            TensorPrimitives.Multiply(doubled.Values, 2, doubled.Span);
            // The same products, added in another order.
            TensorAssert.AreClose(doubled, parameters[i].Parameter.Gradient, 1e-13, $"{parameters[i].Path}: Backward twice must give twice the gradient");
        }
    });

    // f(x) = A x + b: with f(0) taken away it is linear, and Backward applies Aᵀ, wherever x stands.
    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void AnAffineLayerIsLinearAndItsBackwardIsTheAdjoint(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        if (!c.IsAffine)
            return;
        Layer<double> instance = c.Create<double>();
        Tensor<double> x1 = c.CreateInput<double>();
        Tensor<double> x2 = (c with { Seed = c.Seed + 1 }).CreateInput<double>();
        Tensor<double> Linear(Tensor<double> x)
        {
            Tensor<double> y = instance.Forward(x, c.Mode).Clone();
            TensorPrimitives.Subtract(y.Values, instance.Forward(new Tensor<double>(x.Shape), c.Mode).Values, y.Span);
            return y;
        }

        Tensor<double> mixed = x1.Clone();
        TensorPrimitives.MultiplyAdd(x2.Values, 3, x1.Values, mixed.Span);
        Tensor<double> y1 = Linear(x1);
        Tensor<double> expected = y1.Clone();
        TensorPrimitives.MultiplyAdd(Linear(x2).Values, 3, y1.Values, expected.Span);
        TensorAssert.AreClose(expected, Linear(mixed), 1e-12, "A(x1 + 3 x2) = A x1 + 3 A x2");

        Tensor<double> v = LayerRun<double>.OutputGradient(y1.Shape);
        double left = TensorPrimitives.Dot(y1.Values, v.Values);
        double right = TensorPrimitives.Dot(x1.Values, instance.Backward(v).Values);
        Assert.That(right, Is.EqualTo(left).Within(1e-12 * Math.Max(1, Math.Abs(left))), "<A x, v> = <x, Aᵀ v>");
    });
}
