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
    public void GradientsAgreeWithFiniteDifferences(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
        GradientCheck.Run(c.Create<double>(), c.CreateInput<double>(), c.Mode, c.Seed, maxEntries: int.MaxValue).EnsurePassed());

    [TestCaseSource(typeof(EngineLayers), nameof(EngineLayers.TestCases))]
    public void BackwardAddsToTheGradientsOfParameters(Type layer) => Properties.ForAll(EngineLayers.Cases(layer), c =>
    {
        Layer<double> instance = c.Create<double>();
        LayerRun<double> once = LayerRun<double>.Of(instance, c.CreateInput<double>(), c.Mode);
        Tensor<double> dX = instance.Backward(LayerRun<double>.OutputGradient(once.Y.Shape));

        TensorAssert.AreIdentical(once.DX, dX, "dX of a second Backward");
        for (int i = 0; i < once.Gradients.Length; i++)
        {
            Tensor<double> doubled = once.Gradients[i].Clone();
            TensorPrimitives.Multiply(doubled.Span, 2, doubled.Span);
            // The same products, added in another order.
            TensorAssert.AreClose(doubled, instance.Parameters[i].Gradient, 1e-13, $"{instance.Parameters[i].Name}: Backward twice must give twice the gradient");
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
            TensorPrimitives.Subtract<double>(y.Span, instance.Forward(new Tensor<double>(x.Shape), c.Mode).Span, y.Span);
            return y;
        }

        Tensor<double> mixed = x1.Clone();
        TensorPrimitives.MultiplyAdd(x2.Span, 3, x1.Span, mixed.Span);
        Tensor<double> y1 = Linear(x1);
        Tensor<double> expected = y1.Clone();
        TensorPrimitives.MultiplyAdd(Linear(x2).Span, 3, y1.Span, expected.Span);
        TensorAssert.AreClose(expected, Linear(mixed), 1e-12, "A(x1 + 3 x2) = A x1 + 3 A x2");

        Tensor<double> v = LayerRun<double>.OutputGradient(y1.Shape);
        double left = TensorPrimitives.Dot<double>(y1.Span, v.Span);
        double right = TensorPrimitives.Dot<double>(x1.Span, instance.Backward(v).Span);
        Assert.That(right, Is.EqualTo(left).Within(1e-12 * Math.Max(1, Math.Abs(left))), "<A x, v> = <x, Aᵀ v>");
    });
}
