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
    public void SettingsOutOfRangeAreErrors()
    {
        Assert.That(() => new ConstantRate(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ConstantRate(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ExponentialDecay(0.1, k: -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new StepDecay(0.1, every: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new StepDecay(0.1, every: 1, factor: 1.5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ConstantRate(0.1).RateOf(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
