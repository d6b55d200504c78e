using NUnit.Framework;
using RefNet.Optimizers.Schedules;

namespace RefNet.Tests.Optimizers.Schedules;

[TestFixture]
public sealed class LearningRateScheduleTests
{
    [TestCase(0, 0.1), TestCase(10, 0.1 * 0.60653065971263342), TestCase(25, 0.1 * 0.28650479686019009)]
    public void Y28_ExponentialDecay(int epoch, double expected) =>
        Assert.That(new ExponentialDecay(0.1, k: 0.05).RateOf(epoch), Is.EqualTo(expected).Within(1e-16), "exp(-0.5) = 0.6065, exp(-1.25) = 0.2865");

    [TestCase(0, 0.1), TestCase(9, 0.1), TestCase(10, 0.05), TestCase(19, 0.05), TestCase(25, 0.025)]
    public void Y28_HalvedEveryTenEpochs(int epoch, double expected) =>
        Assert.That(new StepDecay(0.1, every: 10).RateOf(epoch), Is.EqualTo(expected));

    [TestCase(0, 0.1), TestCase(1, 0.1 / 1.5), TestCase(1.9, 0.1 / 1.5), TestCase(4, 0.1 / 3)]
    public void T4_TheInverseOfTime(double t, double expected) => Assert.That(new InverseDecay(0.1, k: 0.5).RateOf(t), Is.EqualTo(expected).Within(1e-16));

    [TestCase(0, 1), TestCase(2.99, 1), TestCase(3, 0.5), TestCase(6.5, 0.5), TestCase(7, 0.25), TestCase(1000, 0.25)]
    public void T4_DropsAfterTheEpochsOfAList(double t, double expected) =>
        Assert.That(new MultiStepDecay(1, [3, 7], factor: 0.5).RateOf(t), Is.EqualTo(expected));

    // Rates of epochs do not see where in an epoch a step is: runs have the same bits as when a rate was set once an epoch.
    [Test]
    public void ARateOfAnEpochStaysWithinIt([Values(0.0, 0.25, 0.999999)] double within)
    {
        foreach (LearningRateSchedule schedule in new LearningRateSchedule[] { new ExponentialDecay(0.1, 0.2), new StepDecay(0.1, 3), new InverseDecay(0.1, 0.2), new ConstantRate(0.1) })
        {
            for (int epoch = 0; epoch < 20; epoch++)
                Assert.That(schedule.RateOf(epoch + within), Is.EqualTo(schedule.RateOf(epoch)));
        }

        Assert.That(new ExponentialDecay(0.003, 0.2).RateOf(1 + within), Is.EqualTo(0.003 * Math.Exp(-0.2 * 1)));
    }

    // (1 + cos(60°)) / 2 = 3/4, (1 + cos(90°)) / 2 = 1/2
    [TestCase(0, 1), TestCase(2, 0.1 + 0.9 * 0.75), TestCase(3, 0.55), TestCase(6, 0.1), TestCase(9, 0.1)]
    public void T4_HalfACosine(double t, double expected) => Assert.That(new CosineDecay(1, epochs: 6, final: 0.1).RateOf(t), Is.EqualTo(expected).Within(1e-15));

    [TestCase(0, 0.1), TestCase(1, 0.55), TestCase(2, 1), TestCase(5, 0.51), TestCase(8, 0.02), TestCase(10, 0.02)]
    public void T4_OneCycleRisesAndFalls(double t, double expected) =>
        Assert.That(new OneCycle(1, epochs: 8, rise: 0.25, divisor: 10, finalDivisor: 5).RateOf(t), Is.EqualTo(expected).Within(1e-15));

    [TestCase(0, 0.01), TestCase(0.25, 0.505), TestCase(0.5, 1), TestCase(1, 0.5)]
    public void T4_AWarmUpRampsUpToTheScheduleBehindIt(double t, double expected) =>
        Assert.That(new WarmUp(new StepDecay(1, every: 1), epochs: 0.5).RateOf(t), Is.EqualTo(expected).Within(1e-15));

    // The best loss is 2, after two epochs; the third and the fourth bring nothing smaller, nor do the next two. Then there is a better one.
    [Test]
    public void T4_APlateauFiresAfterItsPatience()
    {
        double[] losses = [3, 2, 2, 5, 2.5, 2.1, 1, 1.5, 0.9, 0.9], expected = [1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25];
        PlateauDecay schedule = new(1, patience: 2, factor: 0.5);
        for (int epoch = 0; epoch <= losses.Length; epoch++)
            Assert.That(schedule.RateOf(epoch, losses.AsSpan(0, epoch)), Is.EqualTo(expected[epoch]), $"epoch {epoch}");
    }

    [Test]
    public void TheSmallestRateOfAPlateauIsThatOfLossesThatNeverFall([Range(1, 9)] int epochs, [Values(1, 2, 3)] int patience) =>
        Assert.That(new PlateauDecay(1, patience, factor: 0.5).SmallestRate(epochs), Is.EqualTo(new PlateauDecay(1, patience, factor: 0.5).RateOf(epochs - 1, new double[epochs - 1])));

    [Test]
    public void WhichSchedulesSpanTheRunAndWhichFollowTheValidation()
    {
        LearningRateSchedule[] schedules = [new ConstantRate(1), new ExponentialDecay(1, 1), new InverseDecay(1, 1), new StepDecay(1, 1), new MultiStepDecay(1, [1]), new CosineDecay(1, 9), new OneCycle(1, 9), new PlateauDecay(1, 1)];
        Assert.That(schedules.Where(schedule => schedule.SpansTheRun), Is.All.TypeOf<CosineDecay>().Or.TypeOf<OneCycle>().And.Exactly(2).Items);
        Assert.That(schedules.Where(schedule => schedule.FollowsValidation), Is.All.TypeOf<PlateauDecay>().And.Exactly(1).Items);
        foreach (LearningRateSchedule schedule in schedules)
        {
            WarmUp warm = new(schedule, 1);
            Assert.That((warm.SpansTheRun, warm.FollowsValidation), Is.EqualTo((schedule.SpansTheRun, schedule.FollowsValidation)));
        }
    }

    [Test]
    public void T4_AConstantRateStays() => Assert.That(new ConstantRate(0.1).RateOf(1000), Is.EqualTo(0.1));

    [Test]
    public void ADecayOfNothingIsAConstantRate()
    {
        Assert.That(new ExponentialDecay(0.1, k: 0).RateOf(7), Is.EqualTo(0.1));
        Assert.That(new StepDecay(0.1, every: 1, factor: 1).RateOf(7), Is.EqualTo(0.1));
    }

    [Test]
    public void SettingsOutOfRangeAreErrors()
    {
        foreach (double rate in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            AssertRefused(() => new ConstantRate(rate), "A learning rate must be a finite number above 0.");
        foreach (double k in new[] { -1, double.NaN, double.PositiveInfinity })
            AssertRefused(() => new ExponentialDecay(0.1, k), "k must be a finite number, 0 or more.");
        foreach (double factor in new[] { 0, -1, 1.5, double.NaN })
            AssertRefused(() => new StepDecay(0.1, every: 1, factor), "The factor must be above 0 and at most 1.");
        AssertRefused(() => new StepDecay(0.1, every: 0), "every");
        AssertRefused(() => new InverseDecay(0.1, -1), "k must be a finite number, 0 or more.");
        AssertRefused(() => new MultiStepDecay(0.1, [1], 2), "The factor must be above 0 and at most 1.");
        AssertRefused(() => new CosineDecay(0.1, 0), "epochs");
        AssertRefused(() => new CosineDecay(0.1, 1, -0.1), "from 0 to 1");
        AssertRefused(() => new OneCycle(0.1, 1, rise: 1), "above 0 and below 1");
        AssertRefused(() => new OneCycle(0.1, 1, divisor: 0.5), "divisor must be a finite number, 1 or more.");
        AssertRefused(() => new PlateauDecay(0.1, 0), "patience");
        AssertRefused(() => new WarmUp(new ConstantRate(0.1), 0), "warm-up");
        foreach (int[] after in new int[][] { [], [0], [3, 3], [3, 2] })
            Assert.That(() => new MultiStepDecay(0.1, after), Throws.ArgumentException.With.Message.Contains("must be 1 or more and rise"));
        AssertRefused(() => new ConstantRate(0.1).RateOf(-1), "t");
    }

    private static void AssertRefused(Func<object> mistake, string message) =>
        Assert.That(() => mistake(), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(message));
}
