using NUnit.Framework;
using RefNet.Training;

namespace RefNet.Tests.Training;

[TestFixture]
public sealed class ScheduleNamesTests
{
    [TestCase("constant", 7, 0.5)]
    [TestCase("exponential:0.15", 2, 0.37040911)] // 0.5 exp(-0.3)
    [TestCase("step:10:0.5", 25, 0.125)]          // halved twice
    public void Y28_ANameAndItsNumbersMakeASchedule(string schedule, int epoch, double rate) =>
        Assert.That(ScheduleNames.Create(schedule, learningRate: 0.5).RateOf(epoch), Is.EqualTo(rate).Within(1e-8));

    [TestCase("")]
    [TestCase("cosine")]
    [TestCase("exponential")]
    [TestCase("exponential:0,15")]
    [TestCase("exponential:-1")]
    [TestCase("step:10")]
    [TestCase("step:0:0.5")]
    [TestCase("step:10:2")]
    [TestCase("constant:1")]
    public void AnythingElseIsAnErrorThatListsThem(string schedule) => Assert.That(() => ScheduleNames.Create(schedule, learningRate: 0.5),
        Throws.TypeOf<InputException>().With.Message.StartsWith($"Expected a schedule of the learning rate, one of constant, exponential:K, step:EPOCHS:FACTOR; found '{schedule}'"));
}
