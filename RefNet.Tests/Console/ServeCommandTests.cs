using System.Diagnostics;
using NUnit.Framework;
using RefNet.Tests.Web;

namespace RefNet.Tests.Console;

/// <summary>refnet serve as a process: a line with the address, and how it ends.</summary>
[TestFixture]
public sealed class ServeCommandTests
{
    [TestCase("-INT", 130)]
    [TestCase("-TERM", 143)]
    public async Task ItPrintsTheAddressServesAndEndsWithASignal(string signal, int code)
    {
        using Process process = Refnet.StartInForeground("serve", DigitRun.Path);
        string line = process.StandardOutput.ReadLine()!;
        Assert.That(line, Does.Match("^http://127\\.0\\.0\\.1:\\d+/\\?token=[0-9a-f]{32} "));
        using HttpClient http = new();
        Assert.That(await http.GetStringAsync(line.Split(' ')[0]), Does.Contain("<title>RefNet: a network at work</title>"));
        Process.Start("kill", [signal, $"{process.Id}"]).WaitForExit();
        Refnet.Result result = Refnet.End(process);
        Assert.That(result.Code, Is.EqualTo(code), $"{result}");
        Assert.That(result.Output + result.Error, Is.Empty, "no log, and no stack trace");
    }

    [Test]
    public void ARunThatIsNoneIsAMistake() => Assert.That(Refnet.Run("serve", "/no/such/run").Code, Is.EqualTo(2));
}
