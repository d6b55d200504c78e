using System.Text.Json;
using NUnit.Framework;

namespace RefNet.Tests.Console;

/// <summary>refnet evaluate on several runs and several views of each image (LECTURES T12).</summary>
[TestFixture]
public sealed class EvaluateCommandTests : SharedCommandTests
{
    [OneTimeSetUp]
    public void Train()
    {
        foreach (string seed in new[] { "1", "2" })
            Assert.That(Refnet.Run("train", "mlp", "--data", Bars.Path, "--out", Folder.File(seed), "--epochs", "1", "--validation", "60", "--seed", seed).Code, Is.Zero);
    }

    [Test]
    public void T12_SeveralRunsAndViewsDecideTogether()
    {
        Refnet.Result result = Refnet.Run("evaluate", Folder.File("1"), Folder.File("2"), "--shifts", "1", "--json", Folder.File("together.json"));
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Contain("2 runs of mlp on ").And.Contain("9 views").And.Contain("Together: the mean of the probabilities of 2 networks over 9 views of each image."));
        Assert.That(result.Output, Does.Match(@"Test error: \d+\.\d\d %"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Folder.File("together.json")));
        Assert.That(json.RootElement.GetProperty("images").GetInt32(), Is.EqualTo(100));

        // The row of a run has its own error.
        string alone = ErrorOf(Refnet.Run("evaluate", Folder.File("2")));
        Assert.That(result.Output, Does.Match($@"{System.Text.RegularExpressions.Regex.Escape(Folder.File("2"))} +{System.Text.RegularExpressions.Regex.Escape(alone)}"));
    }

    [Test]
    public void AnAttackIsOnOneNetworkAndOneView()
    {
        foreach (string[] more in new string[][] { [Folder.File("2")], ["--shifts", "1"], ["--flip"] })
        {
            Refnet.Result result = Refnet.Run(["evaluate", Folder.File("1"), "--attack", "0.1", .. more]);
            Assert.That(result.Code, Is.EqualTo(2), $"{result}");
            Assert.That(result.Error, Does.Contain("--attack attacks one network on unchanged images"));
        }
    }

    private static string ErrorOf(Refnet.Result result) => System.Text.RegularExpressions.Regex.Match(result.Output, @"Test error: (\d+\.\d\d %)").Groups[1].Value;
}
