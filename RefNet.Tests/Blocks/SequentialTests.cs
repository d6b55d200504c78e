using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class SequentialTests
{
    [Test]
    public void TwoLayersOfOneNameAreAnError() =>
        Assert.That(() => new Sequential<float>(new Tanh<float> { Name = "A" }, new ReLU<float> { Name = "A" }),
            Throws.ArgumentException.With.Message.Contains("Two layers are called A"));

    [Test]
    public void ANameWithADotIsAnError() =>
        Assert.That(() => new Sequential<float>(new Tanh<float> { Name = "a.b" }), Throws.ArgumentException.With.Message.Contains("'a.b' holds a dot"));

    [Test]
    public void LayersWithoutANameGetTheirTypeAndPlace()
    {
        Sequential<float> block = new(new Tanh<float>(), new Dense<float>(2, 2) { Name = "F6" }, new Tanh<float>());
        Assert.That(block.Layers.Select(layer => layer.Name), Is.EqualTo(new[] { "Tanh1", "F6", "Tanh3" }));
    }

    [Test]
    public void CostsAddUp()
    {
        Sequential<float> network = new(new Dense<float>(3, 4), new Tanh<float>(), new Dense<float>(4, 2));
        Assert.That(network.Cost(new Shape(3)), Is.EqualTo(new Cost(Connections: 4 * 4 + 5 * 2, MultiplyAccumulates: 3 * 4 + 4 * 2)));
    }

    [Test]
    public void ForwardIsTheCompositionAndBackwardTheChainRule()
    {
        Dense<double> first = new(3, 4);
        Tanh<double> second = new();
        Sequential<double> network = new(new Dense<double>(3, 4), new Tanh<double>());
        network.Parameters[0].Value.CopyFrom(first.Parameters[0].Value.Values);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(3));
        Tensor<double> dY = LayerCase.RandomTensor<double>(new Shape(2, 4), Seeds.Create(4));

        double[] expected = second.Forward(first.Forward(x, Mode.Train), Mode.Train).Values.ToArray();
        Assert.That(network.Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(expected));
        double[] expectedGradient = first.Backward(second.Backward(dY)).Values.ToArray();
        Assert.That(network.Backward(dY).Values.ToArray(), Is.EqualTo(expectedGradient));
        Assert.That(network.Parameters[0].Gradient.Values.ToArray(), Is.EqualTo(first.Parameters[0].Gradient.Values.ToArray()));
    }

    [Test]
    public void WithoutLayersTheOutputIsTheInput()
    {
        Sequential<double> nothing = new();
        Tensor<double> x = new(new Shape(1, 2), [1, 2]), dY = new(new Shape(1, 2), [3, 4]);
        Assert.That((nothing.Forward(x, Mode.Train), nothing.Backward(dY), nothing.Backward(dY, needsInputGradient: false)), Is.EqualTo((x, dY, (Tensor<double>?)null)));
    }

    [Test]
    public void C16_TwoLinearLayersCollapseToOne()
    {
        Network<double> two = new(new Shape(3), seed: 2, new Dense<double>(3, 5, useBias: false), new Dense<double>(5, 2, useBias: false));
        Dense<double> one = new(3, 2, useBias: false);
        Tensor<double> w1 = two.Parameters[0].Value;
        Tensor<double> w2 = two.Parameters[1].Value;
        for (int c = 0; c < 2; c++)
        {
            for (int d = 0; d < 3; d++)
                one.Parameters[0].Value[c, d] = Enumerable.Range(0, 5).Sum(h => w2[c, h] * w1[h, d]); // X9: C x D
        }

        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(4, 3), Seeds.Create(4));
        Assert.That(two.Forward(x, Mode.Evaluate).Values.ToArray(), Is.EqualTo(one.Forward(x, Mode.Evaluate).Values.ToArray()).Within(1e-12));
    }
}
