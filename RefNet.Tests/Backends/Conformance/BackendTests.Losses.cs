using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    // log p_c = y_c - log Z: each logarithm is off by the relative error of the sum in it, as in Softmax, and by a unit of
    // the largest number that stands in between, which is below 2 Range + log C.
    // Weights of classes are below 4, so that the sum of those at a position is below 4 C.
    [Test]
    public void SoftmaxCrossEntropyIsThatOfTheDefinition() => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> y = call.Operand("y", maps.Shape, random => Range * (random.NextDouble() - 0.5)), target = call.Operand("target", Targets(maps));
        Tensor<T> dY = Call<T>.Result(maps.Shape), loss = new(new Shape(1));
        Tensor<double> ts = Wide(target), gradient = new(y.Shape), expected = new(new Shape(1));
        T total = T.CreateChecked(maps.Count + 0.5);
        expected[0] = truth.SoftmaxCrossEntropy(Wide(y), ts, double.CreateChecked(total), gradient);
        loss[0] = Backend.SoftmaxCrossEntropy(y, target, total, dY);
        AssertClose("L", loss, expected, Filled(new Shape(1), _ => 4 * maps.C * (2 * Range + Math.Log(maps.C))), 2 * (Range + 4) + 3 * maps.C + maps.Count);
        AssertClose("dY", dY, gradient, Filled(dY.Shape, _ => 8.0 * maps.C / maps.Count), 2 * (Range + 4) + 2 * maps.C + 4);
    });

    /// <summary>A sample or pixel without a target has neither loss nor gradient nor error, whatever the network says of it.</summary>
    [Test]
    public void WhereThereIsNoTargetNothingCounts()
    {
        double nan = double.NaN;
        Tensor<T> y = new(new Shape(1, 2, 1, 3), [.. new[] { 0, nan, 5, 0, 1, 7 }.Select(T.CreateChecked)]);
        Tensor<T> target = new(y.Shape, [.. new double[] { 1, 0, 0, 0, 0, 0 }.Select(T.CreateChecked)]), dY = Call<T>.Result(y.Shape);
        Assert.That(double.CreateChecked(Backend.SoftmaxCrossEntropy(y, target, T.One, dY)), Is.EqualTo(Math.Log(2)).Within(8 * epsilon));
        AssertEqual("dY", dY, new Tensor<T>(y.Shape, [.. new[] { -0.5, 0, 0, 0.5, 0, 0 }.Select(T.CreateChecked)]));
        Assert.That(Backend.CountErrors(y, target, smallestWins: false), Is.Zero);

        Tensor<T> rows = new(new Shape(2, 2), [.. new[] { nan, 1, 2, 3 }.Select(T.CreateChecked)]), none = new(rows.Shape), zeros = Call<T>.Result(rows.Shape);
        Assert.That(Backend.SoftmaxCrossEntropy(rows, none, T.One, zeros), Is.EqualTo(T.Zero));
        AssertEqual("dY", zeros, none);
        Assert.That(Backend.CountErrors(rows, none, smallestWins: true), Is.Zero);
    }

    [Test]
    public void LogitsOfAnySizeGiveAFiniteLoss()
    {
        Tensor<T> y = new(new Shape(2, 3), [.. new double[] { 1000, 0, -1000, -1000, 1000, 1000 }.Select(T.CreateChecked)]);
        Tensor<T> target = new(y.Shape, [.. new double[] { 0, 1, 0, 1, 0, 0 }.Select(T.CreateChecked)]), dY = Call<T>.Result(y.Shape);
        Assert.That(double.CreateChecked(Backend.SoftmaxCrossEntropy(y, target, T.One + T.One, dY)), Is.EqualTo((1000 + 2000 + Math.Log(2)) / 2).Within(4000 * epsilon));
        AssertEqual("dY", dY, new Tensor<T>(y.Shape, [.. new[] { 0.5, -0.5, 0, -0.5, 0.25, 0.25 }.Select(T.CreateChecked)]));
    }

    /// <summary>A class that is ruled out: 0 times minus infinity must not occur.</summary>
    [Test]
    public void ALogitOfMinusInfinityIsAClassOfProbabilityZero()
    {
        double n = double.NegativeInfinity;
        Tensor<T> y = new(new Shape(2, 4), [.. new[] { 0, n, 0, n, n, 3, n, n }.Select(T.CreateChecked)]);
        Tensor<T> target = new(y.Shape, [.. new double[] { 0.5, 0, 0.5, 0, 0, 1, 0, 0 }.Select(T.CreateChecked)]), dY = Call<T>.Result(y.Shape);
        Assert.That(double.CreateChecked(Backend.SoftmaxCrossEntropy(y, target, T.One + T.One, dY)), Is.EqualTo(Math.Log(2) / 2).Within(8 * epsilon), "log 2 for two classes, and 0 for one");
        AssertEqual("dY", dY, new Tensor<T>(y.Shape));
    }

    [Test]
    public void CountErrorsCountsWrongDecisions([Values] bool smallestWins) => ForAll(Maps.Generator, (maps, call) =>
    {
        Tensor<T> y = call.Operand("y", maps.Shape, random => random.Next(-2, 3)), target = call.Operand("target", Targets(maps));
        int expected = 0;
        foreach ((T[] outputs, T[] targets) in Positions(y).Zip(Positions(target)))
        {
            int decision = Array.IndexOf(outputs, smallestWins ? outputs.Min() : outputs.Max());
            expected += targets.Max() > T.Zero && decision != Array.IndexOf(targets, targets.Max()) ? 1 : 0;
        }

        Assert.That(Backend.CountErrors(y, target, smallestWins), Is.EqualTo(expected), "of equal outputs the first counts");
    });

    [Test]
    public void ANaNNeverWinsADecisionUnlessItStandsFirst()
    {
        Tensor<T> y = new(new Shape(3, 3), [.. new[] { 1, double.NaN, 2, double.NaN, 5, 6, 3, 2, double.NaN }.Select(T.CreateChecked)]);
        Tensor<T> target = new(y.Shape, [.. new double[] { 0, 0, 1, 1, 0, 0, 1, 0, 0 }.Select(T.CreateChecked)]);
        Assert.That(Backend.CountErrors(y, target, smallestWins: false), Is.Zero);
    }

    // Weights of 0 to 3 for each class at each position; at every fourth position none.
    private static Tensor<T> Targets(Maps maps)
    {
        Random random = RefNet.Randomness.Seeds.Create(maps.Seed, 1);
        Tensor<T> targets = new(maps.Shape);
        int positions = maps.H * maps.W;
        for (int i = 0; i < maps.Count; i++)
        {
            if (random.Next(4) == 0)
                continue;
            for (int c = 0; c < maps.C; c++)
                targets.Span[(i / positions * maps.C + c) * positions + i % positions] = T.CreateChecked(random.Next(4) * random.NextDouble());
        }

        return targets;
    }

    // The numbers of all classes at each position.
    private static IEnumerable<T[]> Positions(Tensor<T> x)
    {
        int classes = x.Shape[1], positions = x.Count / (x.Shape[0] * classes);
        for (int i = 0; i < x.Shape[0] * positions; i++)
            yield return [.. Enumerable.Range(0, classes).Select(c => x.Values[(i / positions * classes + c) * positions + i % positions])];
    }
}
