using NUnit.Framework;
using RefNet.Training;

namespace RefNet.Tests.Training;

[TestFixture]
public sealed class ScheduleNamesTests
{
    // η = 0.5, in a run of 8 epochs
    [TestCase("constant", 7, 0.5)]
    [TestCase("exponential:0.15", 2, 0.37040911)] // 0.5 exp(-0.3)
    [TestCase("inverse:0.5", 6, 0.125)]           // 0.5 / 4
    [TestCase("step:10:0.5", 25, 0.125)]          // halved twice
    [TestCase("multistep:2,5:0.5", 6, 0.125)]
    [TestCase("plateau:2:0.5", 6, 0.5)]           // no losses, no drops
    [TestCase("cosine", 4, 0.25)]                 // half way
    [TestCase("cosine:0.2", 4, 0.3)]
    [TestCase("onecycle", 0, 0.02)]               // 0.5 / 25
    [TestCase("onecycle:0.5", 4, 0.5)]            // the top
    [TestCase("onecycle:0.5:10", 0, 0.05)]
    [TestCase("onecycle:0.5:10:2", 8, 0.025)]
    [TestCase("warmup:4+constant", 2, 0.2525)]    // 0.5 (0.01 + 0.99 / 2)
    [TestCase("warmup:2+cosine", 4, 0.25)]
    public void Y28_T4_ANameAndItsNumbersMakeASchedule(string schedule, double t, double rate) =>
        Assert.That(ScheduleNames.Create(schedule, learningRate: 0.5, epochs: 8).RateOf(t), Is.EqualTo(rate).Within(1e-8));

    [TestCase("")]
    [TestCase("linear")]
    [TestCase("exponential")]
    [TestCase("exponential:0,15")]
    [TestCase("exponential:-1")]
    [TestCase("inverse:-1")]
    [TestCase("step:10")]
    [TestCase("step:0:0.5")]
    [TestCase("step:10:2")]
    [TestCase("multistep:5,2:0.5")]
    [TestCase("multistep::0.5")]
    [TestCase("plateau:0:0.5")]
    [TestCase("cosine:2")]
    [TestCase("onecycle:1")]
    [TestCase("onecycle:0.3:0.5")]
    [TestCase("onecycle:0.3:25:1:1")]
    [TestCase("constant:1")]
    [TestCase("warmup:0+constant")]
    [TestCase("warmup:1")]
    [TestCase("cosine+warmup:1")]
    [TestCase("warmup:1+warmup:1+cosine")]
    public void AnythingElseIsAnErrorThatListsThem(string schedule) => Assert.That(() => ScheduleNames.Create(schedule, learningRate: 0.5, epochs: 8),
        Throws.TypeOf<InputException>().With.Message.StartsWith("Expected a schedule of the learning rate, one of constant, exponential:K, ")
            .And.Message.Contains($"; warmup:EPOCHS+ in front of any; found '{schedule}'"));
}
