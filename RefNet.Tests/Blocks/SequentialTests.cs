using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class SequentialTests
{
    [Test]
    public void PredictGivesTheBitsOfForward([Values(1, 5)] int batch)
    {
        foreach (Sequential<float> network in new[] { LeNet5.Create<float>(1), LeNet5Modern.Create<float>(1), MultilayerPerceptron.Create<float>(1), WithBlocks() })
        {
            Tensor<float> x = LayerCase.RandomTensor<float>(network.Input.Batch(batch), Seeds.Create(2));
            Tensor<float> expected = network.Forward(x, Mode.Evaluate).Clone();
            TensorAssert.AreIdentical(expected, network.Predict(x), "y");
            Tensor<float> again = network.Predict(x);
            TensorAssert.AreIdentical(expected, again, "y a second time");
            Assert.That(() => network.Backward(again), Throws.InvalidOperationException);
            Assert.That(() => network.Layers[0].Backward(again), Throws.InvalidOperationException);
            TensorAssert.AreIdentical(expected, network.Forward(x, Mode.Evaluate), "y of another Forward");
        }
    }

    [Test]
    public void PredictNeedsTheMemoryOfTwoOutputs()
    {
        const int Count = 100_000;
        Sequential<float> network = new(new Shape(Count), [.. Enumerable.Range(0, 10).Select(_ => new ReLU<float>())]);
        Tensor<float> x = new(new Shape(1, Count));
        long before = GC.GetAllocatedBytesForCurrentThread();
        network.Predict(x);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.InRange(2 * 4 * Count, 3 * 4 * Count));
    }

    private static Sequential<float> WithBlocks()
    {
        Random random = Seeds.Create(3);
        return new Sequential<float>(new Shape(2, 8, 8),
            new Flatten<float> { Name = "A" },
            new Flatten<float> { Name = "B" },
            new Residual<float>(new Sequential<float>(new Shape(128), new Dense<float>(128, 128, random), new ReLU<float>())),
            new Sequential<float>(new Shape(128), new Dense<float>(128, 64, random), new BatchNormalization<float>(64)),
            new Dropout<float>(0.5, seed: 1),
            new Softmax<float>());
    }

    private static Random Random => Seeds.Create(1);

    [Test]
    public void AShapeThatDoesNotFitIsFoundWhenTheNetworkIsBuilt() =>
        Assert.That(() => new Sequential<float>(new Shape(784), new Dense<float>(784, 300, Random), new Tanh<float>(), new Dense<float>(100, 10, Random)),
            Throws.TypeOf<ShapeException>().With.Message.StartsWith("Dense3: expected samples of shape 100").And.Message.EndsWith("found 300."));

    [Test]
    public void TwoLayersOfOneNameAreAnError() =>
        Assert.That(() => new Sequential<float>(new Shape(4), new Tanh<float> { Name = "A" }, new ReLU<float> { Name = "A" }),
            Throws.ArgumentException.With.Message.Contains("Two layers are called A"));

    [Test]
    public void CostsAddUp()
    {
        Sequential<float> network = new(new Shape(3), new Dense<float>(3, 4, Random), new Tanh<float>(), new Dense<float>(4, 2, Random));
        Assert.That(network.Cost(network.Input), Is.EqualTo(new Cost(Connections: 4 * 4 + 5 * 2, MultiplyAccumulates: 3 * 4 + 4 * 2)));
    }

    [Test]
    public void ForwardIsTheCompositionAndBackwardTheChainRule()
    {
        Dense<double> first = new(3, 4, Seeds.Create(2));
        Tanh<double> second = new();
        Sequential<double> network = new(new Shape(3), new Dense<double>(3, 4, Seeds.Create(2)), new Tanh<double>());
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(3));
        Tensor<double> dY = LayerCase.RandomTensor<double>(new Shape(2, 4), Seeds.Create(4));

        double[] expected = second.Forward(first.Forward(x, Mode.Train), Mode.Train).Span.ToArray();
        Assert.That(network.Forward(x, Mode.Train).Span.ToArray(), Is.EqualTo(expected));
        double[] expectedGradient = first.Backward(second.Backward(dY)).Span.ToArray();
        Assert.That(network.Backward(dY).Span.ToArray(), Is.EqualTo(expectedGradient));
        Assert.That(network.Parameters[0].Gradient.Span.ToArray(), Is.EqualTo(first.Parameters[0].Gradient.Span.ToArray()));
    }

    [Test]
    public void C16_TwoLinearLayersCollapseToOne()
    {
        Sequential<double> two = new(new Shape(3), new Dense<double>(3, 5, Seeds.Create(2), useBias: false), new Dense<double>(5, 2, Seeds.Create(3), useBias: false));
        Dense<double> one = new(3, 2, Random, useBias: false);
        Tensor<double> w1 = two.Parameters[0].Value;
        Tensor<double> w2 = two.Parameters[1].Value;
        for (int c = 0; c < 2; c++)
        {
            for (int d = 0; d < 3; d++)
                one.Parameters[0].Value[c, d] = Enumerable.Range(0, 5).Sum(h => w2[c, h] * w1[h, d]); // X9: C x D
        }

        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(4, 3), Seeds.Create(4));
        Assert.That(two.Forward(x, Mode.Evaluate).Span.ToArray(), Is.EqualTo(one.Forward(x, Mode.Evaluate).Span.ToArray()).Within(1e-12));
    }
}
