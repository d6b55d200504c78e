using System.Text.Json;
using NUnit.Framework;
using RefNet.Console;
using RefNet.Tests.Data;
using RefNet.Tests.Training;

namespace RefNet.Tests.Console;

[TestFixture]
public sealed class DoctorCommandTests
{
    private DataFolder bars = null!;

    [OneTimeSetUp]
    public void MakeBars() => bars = DataFolder.With(SyntheticData.Create());

    [OneTimeTearDown]
    public void RemoveBars() => bars.Dispose();

    [Test]
    public void ASoundModelPassesWithTheSameTextOnAnyNumberOfThreads()
    {
        Refnet.Result one = Doctor("--prepare", "standardize", "--threads", "1"), two = Doctor("--prepare", "standardize", "--threads", "2");
        Assert.That(one.Code, Is.Zero, $"{one}");
        Assert.That(one.Output, Is.EqualTo(two.Output));
        Assert.That(one.Output, Does.Contain("fine   overfit: 10 images after").And.Match(@"(?m)^F1 +\d\.\de-?\d"));
        Assert.That(one.Output.Split('\n').Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
    }

    [Test]
    public void OptionsForWholeRunsAreSaidToHaveNoEffect()
    {
        Refnet.Result plain = Doctor("--prepare", "standardize"), with = Doctor("--prepare", "standardize", "--accumulate", "4", "--average", "0.9", "--patience", "2");
        Assert.That(with.Code, Is.Zero, $"{with}");
        string[] added = [.. with.Output.Split('\n').Except(plain.Output.Split('\n'))];
        Assert.That(string.Join(' ', added), Does.StartWith("no effect here: --accumulate, --average, --patience (a step takes one batch"));
        Assert.That(added.Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
        Assert.That(plain.Output, Does.Not.Contain("no effect"));
    }

    [TestCase("10", "a much smaller --learning-rate"), TestCase("1E-9", "a larger --learning-rate")]
    public void WhatIsWrongIsSaidWithTheExitCode1(string rate, string advice)
    {
        Refnet.Result found = Doctor("--learning-rate", rate);
        Assert.That(found.Code, Is.EqualTo(1), $"{found}");
        Assert.That(string.Join(' ', found.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), Does.Contain(advice));
    }

    [Test]
    public void JsonHasTheNumbersAndTheFindings()
    {
        using DataFolder folder = new();
        Assert.That(Doctor("--prepare", "standardize", "--json", folder.File("doctor.json")).Code, Is.Zero);
        JsonElement json = JsonDocument.Parse(File.ReadAllBytes(folder.File("doctor.json"))).RootElement;
        Assert.That(json.GetProperty("loss_of_knowing_nothing").GetDouble(), Is.EqualTo(Math.Log(10)).Within(1e-12));
        Assert.That(json.GetProperty("layers")[0].GetProperty("path").GetString(), Is.EqualTo("F1"));
        Assert.That(json.GetProperty("layers")[0].GetProperty("dead_before").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("verdict").GetString()), Is.All.AnyOf("fine", "look"));
    }

    // A folder of MNIST's four files needs its test files to be there; what is in them decides nothing.
    [Test]
    public void TestImagesDecideNothing()
    {
        using DataFolder others = DataFolder.With(SyntheticData.Create(testImages: 37));
        string Text(DataFolder folder) => string.Join('\n', Refnet.Run("doctor", "mlp", "--data", folder.Path, "--validation", "60").Output.Split('\n').Skip(1));
        Assert.That(Text(others), Is.EqualTo(Text(bars)).And.Not.Empty);
    }

    [Test]
    public void LinesAreWrappedBetweenWords()
    {
        string[] lines = [.. DoctorText.Wrapped(string.Join(' ', Enumerable.Repeat("word", 40)), "look   ")];
        Assert.That(lines.Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
        Assert.That(lines[0], Does.StartWith("look   word"));
        Assert.That(lines[1..], Is.All.StartsWith("       word"));
    }

    private Refnet.Result Doctor(params string[] more) => Refnet.Run(["doctor", "mlp", "--data", bars.Path, "--validation", "60", .. more]);
}
