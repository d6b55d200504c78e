using NUnit.Framework;
using RefNet.Randomness;

namespace RefNet.Tests.Randomness;

[TestFixture]
public sealed class SeedsTests
{
    // The published numbers of 64-bit FNV-1a: first weights rest on them.
    [Test]
    public void ANameIsItsFnv1aHash()
    {
        Assert.That(unchecked((ulong)Seeds.Name("")), Is.EqualTo(0xCBF29CE484222325));
        Assert.That(unchecked((ulong)Seeds.Name("a")), Is.EqualTo(0xAF63DC4C8601EC8C));
        Assert.That(unchecked((ulong)Seeds.Name("foobar")), Is.EqualTo(0x85944171F73967E8));
    }

    [Test]
    public void StreamsDifferInEveryNumberThatNamesThem()
    {
        int[] derived = [Seeds.Derive(1), Seeds.Derive(2), Seeds.Derive(1, 0), Seeds.Derive(1, 1), Seeds.Derive(1, 0, 0), Seeds.Derive(1, 0, 1), Seeds.Derive(1, 1, 0)];
        Assert.That(derived, Is.Unique);
        Assert.That(Seeds.Derive(1, 1, 0), Is.EqualTo(Seeds.Derive(1, 1, 0)));
        Assert.That(Seeds.Create(1, 7).NextDouble(), Is.EqualTo(Seeds.Create(1, 7).NextDouble()).And.Not.EqualTo(Seeds.Create(1, 8).NextDouble()));
    }
}
