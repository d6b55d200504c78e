using NUnit.Framework;
using RefNet.Losses;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Tests.Layers;
using RefNet.Verification;

namespace RefNet.Tests.Losses;

/// <summary>The laws of losses, over every loss of the engine, found by reflection, and generated configurations of it.</summary>
[TestFixture]
public sealed class LossLawTests
{
    public static IEnumerable<string> Losses => EngineLayers.Concrete(typeof(Loss<>)).Select(EngineLayers.NameOf).Where(EngineCases.Losses.ContainsKey);

    [TestCaseSource(nameof(Losses))]
    public void T13_TheGradientsOfEveryLossAgreeWithFiniteDifferences(string loss) => Properties.ForAllGradients(CaseGenerators.OfLoss(loss), c => c.Shrink(), c =>
        GradientCheck.Run(c.Create<double>(), c.CreateOutputs<double>(), c.CreateTarget<double>()));

    [TestCaseSource(nameof(Losses))]
    public void TheLossIsTheMeanOverTheSamplesByTheirWeights(string loss) => ForAll(loss, c =>
    {
        Loss<double> instance = c.Create<double>();
        Tensor<double> y = c.CreateOutputs<double>(), target = c.CreateTarget<double>();
        Shape one = y.Shape.Sample.Batch(1);
        double sum = 0, total = 0;
        for (int n = 0; n < c.Batch; n++)
        {
            Tensor<double> t = new(one, target.Sample(n));
            total += instance.TotalWeight(t);
            sum += instance.TotalWeight(t) * instance.Forward(new Tensor<double>(one, y.Sample(n)), t);
        }

        Assert.That(instance.TotalWeight(target), Is.EqualTo(total).Within(1e-13 * total));
        Assert.That(instance.Forward(y, target), Is.EqualTo(sum / total).Within(1e-13 * Math.Max(1, Math.Abs(sum))));
    });

    // The second batch is smaller and its gradient lies in the memory of the first, full of NaN.
    [TestCaseSource(nameof(Losses))]
    public void TheGradientIsWrittenWholeAndBelongsToTheLastForward(string loss) => ForAll(loss, c =>
    {
        Loss<double> used = c.Create<double>();
        LossCase larger = c with { Batch = c.Batch + 2, Seed = c.Seed + 1 };
        used.Forward(larger.CreateOutputs<double>(), larger.CreateTarget<double>());
        used.Backward().Span.Fill(double.NaN);

        Loss<double> fresh = c.Create<double>();
        double expected = fresh.Forward(c.CreateOutputs<double>(), c.CreateTarget<double>());
        Assert.That(used.Forward(c.CreateOutputs<double>(), c.CreateTarget<double>()), Is.EqualTo(expected));
        TensorAssert.AreIdentical(fresh.Backward(), used.Backward(), "dY after a larger batch");
        TensorAssert.AreIdentical(fresh.Backward(), used.Backward(), "dY of a second Backward");
    });

    [TestCaseSource(nameof(Losses))]
    public void ALossDoesNotChangeItsArguments(string loss) => ForAll(loss, c =>
    {
        Loss<double> instance = c.Create<double>();
        Tensor<double> y = c.CreateOutputs<double>();
        Tensor<double> target = c.CreateTarget<double>();
        instance.Forward(y, target);
        instance.Backward();
        TensorAssert.AreIdentical(c.CreateOutputs<double>(), y, "y");
        TensorAssert.AreIdentical(c.CreateTarget<double>(), target, "target");
    });

    [TestCaseSource(nameof(Losses))]
    public void TargetsOfAnotherShapeAreAnErrorThatNamesTheLoss(string loss) => ForAll(loss, c =>
    {
        Tensor<double> y = c.CreateOutputs<double>();
        foreach (Shape shape in new[] { (c with { Classes = c.Classes + 1 }).CreateOutputs<double>().Shape, (c with { Batch = c.Batch + 1 }).CreateOutputs<double>().Shape, new Shape(y.Count) })
            Assert.That(() => c.Create<double>().Forward(y, new Tensor<double>(shape)), Throws.TypeOf<ShapeException>().With.Message.StartWith($"{loss}: expected"));
    });

    [TestCaseSource(nameof(Losses))]
    public void BackwardNeedsAForward(string loss) => ForAll(loss, c =>
        Assert.That(() => c.Create<double>().Backward(), Throws.InvalidOperationException.With.Message.Contains("Forward")));

    // A run whose loss is NaN stops: no loss may hide it.
    [TestCaseSource(nameof(Losses))]
    public void ANaNAmongTheOutputsMakesTheLossNaN(string loss) => ForAll(loss, c =>
    {
        for (int i = 0; i < c.CreateOutputs<double>().Count; i++)
        {
            Tensor<double> y = c.CreateOutputs<double>();
            y.Span[i] = double.NaN;
            Assert.That(c.Create<double>().Forward(y, c.CreateTarget<double>()), Is.NaN, $"output {i}");
        }
    });

    [TestCaseSource(nameof(Losses))]
    public void FloatAgreesWithDouble(string loss) => ForAll(loss, c =>
    {
        double single = c.Create<float>().Forward(c.CreateOutputs<float>(), c.CreateTarget<float>());
        double exact = c.Create<double>().Forward(c.CreateOutputs<double>(), c.CreateTarget<double>());
        Assert.That(single, Is.EqualTo(exact).Within(1e-5 * Math.Max(1, Math.Abs(exact))));
    });

    private static void ForAll(string loss, Action<LossCase> assert) => Properties.ForAll(CaseGenerators.OfLoss(loss), c => c.Shrink(), assert);
}
