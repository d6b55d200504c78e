using System.Text.RegularExpressions;
using FsCheck.Fluent;
using NUnit.Framework;

namespace RefNet.Tests.Generators;

[TestFixture]
public sealed class PropertiesTests
{
    [TearDown]
    public void ForgetTheReplay() => Environment.SetEnvironmentVariable("REFNET_REPLAY", null);

    [Test]
    public void AFailureNamesTheShrunkCaseAndTheNumbersThatReplayIt()
    {
        string first = Failure();
        Assert.That(first, Does.StartWith("Fails for 18.").And.Contain("18 is too large"), "the smallest number that fails");

        List<int> tried = [];
        Environment.SetEnvironmentVariable("REFNET_REPLAY", Regex.Match(first, @"REFNET_REPLAY=(\d+,\d+)").Groups[1].Value);
        string again = Failure(tried);
        Assert.That(again.Split('\n')[0], Is.EqualTo(first.Split('\n')[0]));
        Assert.That(tried[0], Is.GreaterThan(17), "the failing case comes first");
    }

    private static string Failure(List<int>? tried = null)
    {
        void Check(int n)
        {
            tried?.Add(n);
            Assert.That(n, Is.LessThan(18), $"{n} is too large");
        }

        return Assert.Throws<AssertionException>(() =>
            Properties.ForAll(Gen.Choose(0, 1000), n => n > 0 ? [n - 1] : [], Check))!.Message;
    }
}
