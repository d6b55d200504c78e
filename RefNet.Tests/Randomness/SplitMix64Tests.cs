using NUnit.Framework;
using RefNet.Randomness;

namespace RefNet.Tests.Randomness;

[TestFixture]
public sealed class SplitMix64Tests
{
    // The first numbers of the published algorithm from state 0; checkpoints of runs with dropout rest on them.
    [Test]
    public void TheSequenceIsThePublishedOne()
    {
        SplitMix64 random = new(0);
        ulong[] numbers = [random.Next(), random.Next(), random.Next()];
        Assert.That(numbers, Is.EqualTo(new ulong[] { 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F }));
    }
}
