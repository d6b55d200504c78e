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
        AssertRefused(() => new ConstantRate(0.1).RateOf(-1), "epoch");
    }

    private static void AssertRefused(Func<object> mistake, string message) =>
        Assert.That(() => mistake(), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(message));
}
