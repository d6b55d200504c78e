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

    // h has 2 operations, v 4; μ v and the sum, η times it, and the difference: 8.
    [Test]
    public void NesterovStepIsThatOfTheDefinition([Values(0, 0.5)] double twoLambda) => ForAll(Maps.Generator, (maps, call) =>
    {
        const double mu = 0.75, eta = 0.25;
        Tensor<T> theta = call.Sum(maps.Shape), v = call.Sum(maps.Shape), g = call.Operand("g", maps.Shape);
        Tensor<double> expected = Wide(theta), expectedV = Wide(v), before = Sizes(theta), vs = Sizes(v), gs = Sizes(g);
        Tensor<double> h = Filled(v.Shape, i => gs.Values[i] + twoLambda * before.Values[i]), magnitude = Filled(v.Shape, i => mu * vs.Values[i] + h.Values[i]);
        truth.NesterovStep(expected, Wide(g), expectedV, mu, eta, twoLambda);
        Backend.NesterovStep(theta, g, v, T.CreateChecked(mu), T.CreateChecked(eta), T.CreateChecked(twoLambda));
        AssertClose("v", v, expectedV, magnitude, 4);
        AssertClose("θ", theta, expected, Filled(theta.Shape, i => before.Values[i] + eta * (h.Values[i] + mu * magnitude.Values[i])), 8);
    });

    // Let H, M, V be h, m, v with every term taken by its magnitude, and e the error of one operation. m: 2 for h, (1 - β₁) and
    // times it, the sum: 5 e M. v: h twice, their product, (1 - β₂) and times it, the sum: 8 e V. The root of that is off by
    // half as much over √v, 4 e V / √v, and by its own rounding; with / r and + δ the denominator D is off by 7 e E, where
    // E = V / (r √v) + δ. m / D: 5 e M / D + 7 e E M / D² + its rounding, at most 13 e M E / D²; times η, and the difference: 15.
    // It holds where v is well above 0, as here.
    [Test]
    public void AdamStepIsThatOfTheDefinition([Values(0, 0.5)] double twoLambda) => ForAll(Maps.Generator, (maps, call) =>
    {
        const double beta1 = 0.75, beta2 = 0.875, eta = 0.25, r = 0.5, delta = 0.125;
        Tensor<T> theta = call.Sum(maps.Shape), m = call.Sum(maps.Shape), v = call.Sum(maps.Shape), g = call.Operand("g", maps.Shape);
        foreach (ref T square in v.Span)
            square = T.One + square * square; // from 1 to 2
        Tensor<double> expected = Wide(theta), expectedM = Wide(m), expectedV = Wide(v), before = Sizes(theta), ms = Sizes(m), vs = Sizes(v), gs = Sizes(g);
        truth.AdamStep(expected, Wide(g), expectedM, expectedV, new(beta1, beta2, eta, r, delta), twoLambda);
        Backend.AdamStep(theta, g, m, v,
            new(T.CreateChecked(beta1), T.CreateChecked(beta2), T.CreateChecked(eta), T.CreateChecked(r), T.CreateChecked(delta)), T.CreateChecked(twoLambda));
        Tensor<double> h = Filled(v.Shape, i => gs.Values[i] + twoLambda * before.Values[i]);
        Tensor<double> sizeOfM = Filled(v.Shape, i => beta1 * ms.Values[i] + (1 - beta1) * h.Values[i]);
        Tensor<double> sizeOfV = Filled(v.Shape, i => beta2 * vs.Values[i] + (1 - beta2) * h.Values[i] * h.Values[i]);
        AssertClose("m", m, expectedM, sizeOfM, 5);
        AssertClose("v", v, expectedV, sizeOfV, 8);
        AssertClose("θ", theta, expected, Filled(theta.Shape, i => before.Values[i] + eta * Quotient(i)), 15);

        double Quotient(int i)
        {
            double root = Math.Sqrt(expectedV.Values[i]), d = root / r + delta, e = sizeOfV.Values[i] / (r * root) + delta;
            return sizeOfM.Values[i] * e / (d * d);
        }
    });
}
