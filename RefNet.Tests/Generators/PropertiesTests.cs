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
        List<int> firstTried = [];
        string first = Failure(firstTried);
        Assert.That(first, Does.StartWith("Fails for 18.").And.Contain("18 is too large"), "the smallest number that fails");

        List<int> againTried = [];
        Environment.SetEnvironmentVariable("REFNET_REPLAY", Regex.Match(first, @"REFNET_REPLAY=(\d+,\d+)").Groups[1].Value);
        Assert.That(Failure(againTried), Is.EqualTo(first));
        Assert.That(againTried, Is.EqualTo(firstTried), "the same cases in the same order");
    }

    private static string Failure(List<int> tried)
    {
        void Check(int n)
        {
            tried.Add(n);
            Assert.That(n, Is.LessThan(18), $"{n} is too large");
        }

        return Assert.Throws<AssertionException>(() =>
            Properties.ForAll(Gen.Choose(0, 40), n => n > 0 ? [n - 1] : [], Check))!.Message;
    }
}
