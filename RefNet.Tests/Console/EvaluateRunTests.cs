using System.Text.Json;
using NUnit.Framework;
using RefNet.Data;
using RefNet.Tests.Data;
using RefNet.Tests.Training;

namespace RefNet.Tests.Console;

/// <summary>refnet evaluate on one run: its table, and the data that it was trained on.</summary>
[TestFixture]
public sealed class EvaluateRunTests : CommandTests
{
    [Test]
    public void TheTableThePrecisionAndTheRecallAreThoseOfTheMatrix()
    {
        // A network that has learnt bars is wrong about digits in many ways: no row is like its column.
        Train("run", "mlp");
        ImageSet digits = Mnist.Load(DataFolder.Mnist).Test.Take(200);
        using DataFolder data = DataFolder.With(new Dataset("digits", digits.Take(1), digits));
        Refnet.Result evaluated = Refnet.Run("evaluate", Folder.File("run"), "--data", data.Path, "--json", Folder.File("e.json"));
        Assert.That(evaluated.Code, Is.Zero, $"{evaluated}");

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Folder.File("e.json")));
        JsonElement[] classes = [.. json.RootElement.GetProperty("classes").EnumerateArray()];
        int[][] matrix = [.. classes.Select(c => c.GetProperty("predicted_as").EnumerateArray().Select(n => n.GetInt32()).ToArray())];
        for (int c = 0; c < 10; c++)
        {
            Assert.That(matrix[c].Sum(), Is.EqualTo(digits.Labels.Count((byte)c)), "a row for each true class");
            Assert.That(evaluated.Output, Does.Match($"(?m)^{c} +{string.Join(" +", matrix[c])} "));
            Assert.That(classes[c].GetProperty("recall").GetDouble(), Is.EqualTo((double)matrix[c][c] / matrix[c].Sum()));
            int taken = matrix.Sum(row => row[c]);
            if (taken > 0)
                Assert.That(classes[c].GetProperty("precision").GetDouble(), Is.EqualTo((double)matrix[c][c] / taken));
            else
                Assert.That(classes[c].GetProperty("precision").ValueKind, Is.EqualTo(JsonValueKind.Null));
        }
    }

    [Test]
    public void EvaluateKnowsWhetherTheDataAreThoseOfTheRun()
    {
        using DataFolder data = DataFolder.With(SyntheticData.Create());
        Refnet.Run([.. Arguments("run", "mlp").Select(word => word == Bars.Path ? data.Path : word)]);
        Assert.That(Refnet.Run("evaluate", Folder.File("run"), "--data", Bars.Path).Output, Does.Not.Contain("The data differ"), "the same data elsewhere");

        byte[] images = File.ReadAllBytes(data.File(DataFolder.Names[2]));
        images[^1] ^= 1;
        data.Write(DataFolder.Names[2], images);
        Refnet.Result changed = Refnet.Run("evaluate", Folder.File("run"));
        Assert.That(changed.Code, Is.EqualTo(2), $"{changed}");
        Assert.That(changed.Error, Does.Contain("expected the data that the run was trained on, with SHA-256").And.Contains("Or give --data"));

        Refnet.Result named = Refnet.Run("evaluate", Folder.File("run"), "--data", data.Path);
        Assert.That(named.Code, Is.Zero, $"{named}");
        Assert.That(named.Output, Does.Contain("The data differ from those of the run"));
    }
}
