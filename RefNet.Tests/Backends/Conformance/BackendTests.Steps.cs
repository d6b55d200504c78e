using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    // Both with weight decay and without it. 2 λ θ, g + it, η times that, and the difference: 4 operations.
    [Test]
    public void DescentStepIsThatOfTheDefinition([Values(0, 0.5)] double twoLambda) => ForAll(Maps.Generator, (maps, call) =>
    {
        const double eta = 0.25;
        Tensor<T> theta = call.Sum(maps.Shape), g = call.Operand("g", maps.Shape);
        Tensor<double> expected = Wide(theta), before = Sizes(theta), gs = Sizes(g);
        truth.DescentStep(expected, Wide(g), eta, twoLambda);
        Backend.DescentStep(theta, g, T.CreateChecked(eta), T.CreateChecked(twoLambda));
        AssertClose("θ", theta, expected, Filled(theta.Shape, i => before.Values[i] + eta * (gs.Values[i] + twoLambda * before.Values[i])), 4);
    });

    // 4 operations in v; η times it, and the difference: 6.
    [Test]
    public void MomentumStepIsThatOfTheDefinition([Values(0, 0.5)] double twoLambda) => ForAll(Maps.Generator, (maps, call) =>
    {
        const double mu = 0.75, eta = 0.25;
        Tensor<T> theta = call.Sum(maps.Shape), v = call.Sum(maps.Shape), g = call.Operand("g", maps.Shape);
        Tensor<double> expected = Wide(theta), expectedV = Wide(v), before = Sizes(theta), vs = Sizes(v), gs = Sizes(g);
        Tensor<double> magnitude = Filled(v.Shape, i => mu * vs.Values[i] + gs.Values[i] + twoLambda * before.Values[i]);
        truth.MomentumStep(expected, Wide(g), expectedV, mu, eta, twoLambda);
        Backend.MomentumStep(theta, g, v, T.CreateChecked(mu), T.CreateChecked(eta), T.CreateChecked(twoLambda));
        AssertClose("v", v, expectedV, magnitude, 4);
        AssertClose("θ", theta, expected, Filled(theta.Shape, i => before.Values[i] + eta * magnitude.Values[i]), 6);
    });
}
