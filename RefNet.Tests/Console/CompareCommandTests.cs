using System.Xml.Linq;
using NUnit.Framework;
using RefNet.Console;

namespace RefNet.Tests.Console;

/// <summary>refnet compare: runs side by side, on the terminal and as a page.</summary>
[TestFixture]
public sealed class CompareCommandTests : SharedCommandTests
{
    [OneTimeSetUp]
    public void Train()
    {
        Train("first", "--validation", "60");
        Train("second", "--validation", "60", "--clip", "1", "--seed", "2");
        Train("third", "--validation", "0");
    }

    [Test]
    public void TheTableHasTheSettingsThatDifferAndTheErrorsOfEvaluate()
    {
        Refnet.Result compared = Refnet.Run("compare", Folder.File("first"), Folder.File("second"));
        Assert.That(compared.Code, Is.Zero, $"{compared}");
        string[] lines = compared.Output.Split('\n');
        Assert.That(lines[0], Does.Match("^run +clip +seed +best epoch +validation loss +validation error +test error +95 % interval +time"));
        Assert.That(lines[1], Does.Match($@"^{Folder.File("first")} +0 +1 +[12] of 2 +\d+\.\d{{4}} +\d+\.\d\d % +{TestError("first")} "));
        Assert.That(lines[2], Does.Match($@"^{Folder.File("second")} +1 +2 +[12] of 2 +\d+\.\d{{4}} +\d+\.\d\d % +{TestError("second")} "));
        Assert.That(lines[3], Does.StartWith("Choose by the validation error"));
    }

    [Test]
    public void ThePageHasACurveForEachRunThatWasValidated()
    {
        string file = Folder.File("compared.html");
        Refnet.Result compared = Refnet.Run("compare", Folder.File("first"), Folder.File("second"), Folder.File("third"), "--out", file);
        Assert.That(compared.Code, Is.Zero, $"{compared}");
        Assert.That(compared.Output, Does.Contain("their validation results cannot be compared"));
        string html = File.ReadAllText(file);
        XElement page = ReportCommandTests.Parse(html);
        Assert.That(html, Does.Not.Contain("://").And.Not.Contain("<script"));
        XElement[] charts = [.. page.Descendants("svg").Where(svg => (string?)svg.Attribute("role") == "img")];
        Assert.That(charts.Select(chart => chart.Elements("polyline").Count()), Is.EqualTo(new[] { 2, 2, 3 }));
        Assert.That((string?)charts[0].Attribute("aria-label"), Does.StartWith("Validation error.").And.Contain($"{Folder.File("second")}: "));
        Assert.That(page.Value, Does.Contain($"Without validation: {Folder.File("third")}."));
        Assert.That(page.Descendants("tbody").Single().Elements("tr").Count(), Is.EqualTo(3));
        Assert.That(page.Descendants("code").ElementAt(1).Value, Does.EndWith("--clip 1 --seed 2 --validation 60"));
    }

    [Test]
    public void AMistakeIsOneLine()
    {
        Refnet.Result alone = Refnet.Run("compare", Folder.File("first"));
        Assert.That((alone.Code, alone.Error.Split('\n').Length), Is.EqualTo((Host.BadInput, 2)), $"{alone}");
        Assert.That(alone.Error, Does.Contain("Expected two runs or more to compare; found one."));
        Refnet.Result none = Refnet.Run("compare", Folder.File("first"), Folder.File("none"));
        Assert.That((none.Code, none.Error.Split('\n').Length), Is.EqualTo((Host.BadInput, 2)), $"{none}");
        Assert.That(none.Error, Does.Contain("expected the folder of a training run"));
    }

    private void Train(string name, params string[] options)
    {
        Refnet.Result trained = Refnet.Run(["train", "mlp", "--data", Bars.Path, "--out", Folder.File(name), "--epochs", "2", "--batch-size", "16", "--plain", .. options]);
        Assert.That(trained.Code, Is.Zero, $"{trained}");
    }

    private string TestError(string name) =>
        System.Text.RegularExpressions.Regex.Match(Refnet.Run("evaluate", Folder.File(name)).Output, @"Test error: (\d+\.\d\d %)").Groups[1].Value;
}
