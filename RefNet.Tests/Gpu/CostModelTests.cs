using NUnit.Framework;
using RefNet.Gpu;

namespace RefNet.Tests.Gpu;

[TestFixture]
public sealed class CostModelTests
{
    // h = MK/(M+K) operations pay for a byte: with a bus of 25 GB/s and a processor of 500 GFLOP/s the copies of W X alone
    // take as long as the processor at h = 40, when there are many columns.
    [TestCase(16, 150, false)]     // LeNet-5 C3: h = 14
    [TestCase(64, 64, false)]      // h = 32
    [TestCase(64, 576, true)]      // VGG's second layer: h = 58
    [TestCase(512, 4608, true)]    // VGG's last: h = 461
    public void AProductPaysWhereItsExtentsAreLarge(int m, int k, bool onCard)
    {
        const int Columns = 200_000;
        Work work = new(new WorkName("product", 0, m, k, Columns), (long)m * k * Columns, 4L * (m + k) * Columns + 4L * m * k, InDouble: false);
        Assert.That(new CostModel().Decide(work).OnCard, Is.EqualTo(onCard));
    }

    [Test]
    public void TheTimesAreThoseOfTheRates()
    {
        CostModel model = new() { ProcessorGigaflops = 100, CardGigaflops = 1000, CardGigaflopsInDouble = 50, BusGigabytes = 10, CallMicroseconds = 1000 };
        Decision single = model.Decide(new Work(default, 1_000_000_000, 20_000_000, InDouble: false));
        Assert.That((single.OnCard, single.ProcessorSeconds, single.CopySeconds), Is.EqualTo((true, 0.02, 0.002)));
        Assert.That(single.CardSeconds, Is.EqualTo(0.002 + 0.002 + 0.001).Within(1e-15));
        Decision inDouble = model.Decide(new Work(default, 1_000_000_000, 20_000_000, InDouble: true));
        Assert.That((inDouble.OnCard, inDouble.ProcessorSeconds), Is.EqualTo((false, 0.04)).Within(1e-15), "0.002 + 0.04 + 0.001 s on the card");
    }

    [Test]
    public void ADecisionSaysWhy()
    {
        Decision decision = new CostModel().Decide(new Work(new WorkName("convolution", 32, 64, 576, 3136), 32L * 64 * 576 * 3136, 2 * 4L * 32 * 64 * 3136, InDouble: false));
        Assert.That(decision.ToString(), Is.EqualTo("on the card: 2.845 ms, 2.055 ms of it copies, against 14.798 ms on the processor"));
    }
}
