using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Backends.Conformance;

public abstract partial class BackendTests<T>
{
    // log p_c = y_c - log Z: each logarithm is off by the relative error of the sum in it, as in Softmax, and by a unit of
    // the largest number that stands in between, which is below 2 Range + log C.
    [Test]
    public void SoftmaxCrossEntropyIsThatOfTheDefinition() => ForAll(Maps.Vectors, (maps, call) =>
    {
        Tensor<T> y = call.Operand("y", maps.Shape, random => Range * (random.NextDouble() - 0.5)), target = call.Operand("target", Targets(maps, soft: maps.Seed % 2 == 0));
        Tensor<T> dY = Call<T>.Result(maps.Shape), loss = new(new Shape(1));
        Tensor<double> ts = Wide(target), p = Written(y.Shape, result => truth.Softmax(Wide(y), result)), gradient = new(y.Shape), expected = new(new Shape(1));
        expected[0] = truth.SoftmaxCrossEntropy(Wide(y), ts, gradient);
        loss[0] = Backend.SoftmaxCrossEntropy(y, target, dY);
        AssertClose("L", loss, expected, Filled(new Shape(1), _ => 2 * Range + Math.Log(maps.C)), 2 * (Range + 4) + 2 * maps.C + maps.N);
        AssertClose("dY", dY, gradient, Filled(dY.Shape, i => (p.Values[i] + ts.Values[i]) / maps.N), 2 * (Range + 4) + maps.C + 3);
    });

    [Test]
    public void LogitsOfAnySizeGiveAFiniteLoss()
    {
        Tensor<T> y = new(new Shape(2, 3), [.. new double[] { 1000, 0, -1000, -1000, 1000, 1000 }.Select(T.CreateChecked)]);
        Tensor<T> target = new(y.Shape, [.. new double[] { 0, 1, 0, 1, 0, 0 }.Select(T.CreateChecked)]), dY = Call<T>.Result(y.Shape);
        Assert.That(double.CreateChecked(Backend.SoftmaxCrossEntropy(y, target, dY)), Is.EqualTo((1000 + 2000 + Math.Log(2)) / 2).Within(4000 * epsilon));
        AssertEqual("dY", dY, new Tensor<T>(y.Shape, [.. new[] { 0.5, -0.5, 0, -0.5, 0.25, 0.25 }.Select(T.CreateChecked)]));
    }

    /// <summary>A class that is ruled out: 0 times minus infinity must not occur.</summary>
    [Test]
    public void ALogitOfMinusInfinityIsAClassOfProbabilityZero()
    {
        double n = double.NegativeInfinity;
        Tensor<T> y = new(new Shape(2, 4), [.. new[] { 0, n, 0, n, n, 3, n, n }.Select(T.CreateChecked)]);
        Tensor<T> target = new(y.Shape, [.. new double[] { 0.5, 0, 0.5, 0, 0, 1, 0, 0 }.Select(T.CreateChecked)]), dY = Call<T>.Result(y.Shape);
        Assert.That(double.CreateChecked(Backend.SoftmaxCrossEntropy(y, target, dY)), Is.EqualTo(Math.Log(2) / 2).Within(8 * epsilon), "log 2 for two classes, and 0 for one");
        AssertEqual("dY", dY, new Tensor<T>(y.Shape));
    }

    [Test]
    public void CountErrorsCountsWrongDecisions([Values] bool smallestWins) => ForAll(Maps.Vectors, (maps, call) =>
    {
        Tensor<T> y = call.Operand("y", maps.Shape, random => random.Next(-2, 3)), target = call.Operand("target", Targets(maps, soft: false));
        int expected = Enumerable.Range(0, maps.N).Count(n =>
            Array.IndexOf(y.Sample(n).ToArray(), smallestWins ? y.Sample(n).ToArray().Min() : y.Sample(n).ToArray().Max()) != Array.IndexOf(target.Sample(n).ToArray(), T.One));
        Assert.That(Backend.CountErrors(y, target, smallestWins), Is.EqualTo(expected), "of equal outputs the first counts");
    });

    [Test]
    public void ANaNNeverWinsADecisionUnlessItStandsFirst()
    {
        Tensor<T> y = new(new Shape(3, 3), [.. new[] { 1, double.NaN, 2, double.NaN, 5, 6, 3, 2, double.NaN }.Select(T.CreateChecked)]);
        Tensor<T> target = new(y.Shape, [.. new double[] { 0, 0, 1, 1, 0, 0, 1, 0, 0 }.Select(T.CreateChecked)]);
        Assert.That(Backend.CountErrors(y, target, smallestWins: false), Is.Zero);
    }

    // One class a sample, or a distribution over the classes.
    private static Tensor<T> Targets(Maps maps, bool soft)
    {
        Random random = RefNet.Randomness.Seeds.Create(maps.Seed, 1);
        Tensor<T> targets = new(maps.Shape);
        for (int n = 0; n < maps.N; n++)
        {
            double[] weights = [.. Enumerable.Range(0, maps.C).Select(_ => soft ? random.Next(3) : 0.0)];
            weights[random.Next(maps.C)] += 1;
            for (int c = 0; c < maps.C; c++)
                targets[n, c] = T.CreateChecked(weights[c] / weights.Sum());
        }

        return targets;
    }
}
