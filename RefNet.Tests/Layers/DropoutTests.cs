using NUnit.Framework;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class DropoutTests
{
    private const int Count = 100_000;

    [TestCase(0.2), TestCase(0.5)]
    public void X25_TheExpectationInTrainIsTheOutputInEvaluate(double rate)
    {
        Dropout<double> dropout = new(rate, seed: 1);
        Tensor<double> x = Ones();
        double train = dropout.Forward(x, Mode.Train).Values.ToArray().Average();
        double evaluate = dropout.Forward(x, Mode.Evaluate).Values.ToArray().Average();
        Assert.That(evaluate, Is.EqualTo(1));
        // An element has variance p / (1 - p); four standard deviations of the mean of 100,000.
        Assert.That(train, Is.EqualTo(1).Within(4 * Math.Sqrt(rate / (1 - rate) / Count)));
    }

    [Test]
    public void L12_ElementsAreDroppedOrScaled()
    {
        double[] y = new Dropout<double>(0.75, seed: 2).Forward(Ones(), Mode.Train).Values.ToArray();
        Assert.That(y, Is.All.EqualTo(0).Or.EqualTo(4));
        Assert.That(y.Count(value => value == 0) / (double)Count, Is.EqualTo(0.75).Within(4 * Math.Sqrt(0.75 * 0.25 / Count)));
    }

    [Test]
    public void L12_BackwardUsesTheMaskOfForward()
    {
        Dropout<double> dropout = new(0.5, seed: 3);
        double[] mask = dropout.Forward(Ones(), Mode.Train).Values.ToArray();
        Assert.That(dropout.Backward(Ones()).Values.ToArray(), Is.EqualTo(mask));
    }

    [Test]
    public void NeighboursAreDroppedIndependently()
    {
        double[] y = new Dropout<double>(0.5, seed: 4).Forward(Ones(), Mode.Train).Values.ToArray();
        foreach (int distance in new[] { 1, 2, 64, 1000 })
        {
            double both = Enumerable.Range(0, Count - distance).Count(i => y[i] == 0 && y[i + distance] == 0) / (double)(Count - distance);
            Assert.That(both, Is.EqualTo(0.25).Within(0.01), $"elements {distance} apart");
        }
    }

    [Test]
    public void EachStepHasAMaskOfItsOwnAndTheCountBringsItBack()
    {
        Dropout<float> dropout = new(0.5, seed: 5);
        Tensor<float> x = new(new Shape(2, 50));
        x.Span.Fill(1);
        float[] first = dropout.Forward(x, Mode.Train).Values.ToArray();
        float[] second = dropout.Forward(x, Mode.Train).Values.ToArray();
        Assert.That(second, Is.Not.EqualTo(first));

        Dropout<float> resumed = new(0.5, seed: 5);
        resumed.Buffers[0].Value[0] = 1;
        Assert.That(resumed.Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(second), "as a checkpoint after the first step resumes");
        Assert.That(new Dropout<float>(0.5, seed: 6).Forward(x, Mode.Train).Values.ToArray(), Is.Not.EqualTo(first), "another seed");
    }

    [Test]
    public void TheCountStartsAgainBeforeFloatCouldLoseIt()
    {
        Dropout<float> dropout = new(0.5, seed: 7);
        dropout.Buffers[0].Value[0] = (1 << 24) - 1;
        dropout.Forward(new Tensor<float>(new Shape(1, 1)), Mode.Train);
        Assert.That(dropout.Buffers[0].Value[0], Is.EqualTo(0));
    }

    [TestCase(-0.1), TestCase(1), TestCase(double.NaN)]
    public void RatesOutOfRangeAreErrors(double rate) =>
        Assert.That(() => new Dropout<double>(rate, 0), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static Tensor<double> Ones()
    {
        Tensor<double> ones = new(new Shape(10, Count / 10));
        ones.Span.Fill(1);
        return ones;
    }
}
