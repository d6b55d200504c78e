using System.Text.Json.Nodes;
using NUnit.Framework;
using RefNet.Data;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Files of a run that are good by themselves and do not belong together: all are refused on opening, and nothing is changed.</summary>
[TestFixture]
public sealed class RunFilesTests
{
    private const int Epochs = 3;

    private static readonly Dataset Data = SyntheticData.Create();

    private static readonly RunOptions Options =
        RunOptions.Of(Architectures.Find("perceptron")) with { Epochs = Epochs, BatchSize = 10, Validation = 50 };

    // One run of each kind, copied for each test.
    private readonly Dictionary<string, TemporaryFolder> runs = [];
    private TemporaryFolder folder = null!;

    [OneTimeTearDown]
    public void DeleteRuns()
    {
        foreach (TemporaryFolder run in runs.Values)
            run.Dispose();
    }

    [SetUp]
    public void CopyRun()
    {
        folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Run(Options)))
            File.Copy(file, folder.File(Path.GetFileName(file)));
    }

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void TheFilesOfARunBelongTogether()
    {
        using TrainingRun run = Resume();
        Assert.That(run.History, Has.Count.EqualTo(Epochs));
    }

    [TestCase("history.csv")]
    [TestCase("best.safetensors")]
    [TestCase("resume.safetensors")]
    public void AFileOfAnotherRunIsRefused(string file)
    {
        File.Copy(Path.Combine(Run(Options with { Seed = 2 }), file), folder.File(file), overwrite: true);
        AssertRefused("do not belong together");
    }

    // Taken from a run that was trained before these options came.
    [Test]
    public void OptionsThatCameLaterLeaveTheFingerprintsOfOlderRunsAsTheyAre()
    {
        RunOptions old = new()
        {
            Model = "lenet5",
            DataSha256 = "3943ffc0774bc68dfd74bfc5b74b71d5596529ad8fce5f77587cf1abcaebf4e4",
            Epochs = 2,
            BatchSize = 16,
            Optimizer = "momentum",
            LearningRate = 0.003,
            Schedule = "exponential:0.2",
            WeightDecay = 0.005,
            Limit = 6000,
        };
        Assert.That(RunFingerprint.Of(old), Is.EqualTo("8ffbd171b9f65bd5e2373bd34ca2d38045a04f24551a2731ec065c61a4e2f3be"));
        RunOptions[] others = [old with { LabelSmoothing = 0.1 }, old with { Clip = 1 }, old with { Accumulate = 2 }, old with { Average = 0.9 }, old with { Patience = 3 }];
        Assert.That(others.Append(old).Select(RunFingerprint.Of), Is.Unique, "each of them changes the bits");
    }

    [Test]
    public void AConfigurationWithoutTheOptionsThatCameLaterIsTaken()
    {
        string path = folder.File("config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        foreach (string option in new[] { "label_smoothing", "clip", "accumulate", "average", "patience" })
            Assert.That(config.Remove(option), Is.True, $"{option} stands in the file");
        File.WriteAllText(path, config.ToJsonString());
        using TrainingRun run = Resume();
        Assert.That(run.History, Has.Count.EqualTo(Epochs));
    }

    // Neither the path of the data nor the number of epochs changes what has been trained.
    [TestCase("seed", "2")]
    [TestCase("learning_rate", "0.5")]
    [TestCase("batch_size", "11")]
    [TestCase("backend", "\"reference\"")]
    [TestCase("validation", "49")]
    [TestCase("limit", "200")]
    [TestCase("weight_decay", "0.01")]
    [TestCase("optimizer", "\"sgd\"")]
    [TestCase("schedule", "\"exponential:0.01\"")]
    [TestCase("validation", "0")]
    [TestCase("clip", "1")]
    [TestCase("accumulate", "2")]
    [TestCase("patience", "1")]
    public void AConfigurationThatWasChangedIsRefused(string option, string value)
    {
        Configure(option, value);
        AssertRefused("do not belong together");
        AssertBestRefused("trained with other options than config.json has");
    }

    [TestCase("data", "\"elsewhere\"")]
    [TestCase("epochs", "5")]
    public void WhatMayChangeIsTaken(string option, string value)
    {
        Configure(option, value);
        using TrainingRun run = Resume();
        Assert.That(run.History, Has.Count.EqualTo(Epochs));
    }

    // What decides which epoch is the best must not be written by hand. Only the seconds decide nothing.
    [Test]
    public void AHistoryThatWasChangedIsRefused([Range(1, 6)] int column, [Values(1, 2, 3)] int row)
    {
        ChangeHistory(lines =>
        {
            string[] fields = lines[row].Split(',');
            fields[column] = column is 2 or 4 ? "0.5" : "0.001";
            lines[row] = string.Join(',', fields);
        });
        if (column < 6)
            AssertRefused("do not belong together");
        else
            Resume().Dispose();
    }

    [TestCase("NaN", "validation loss of epoch 2")]
    [TestCase("", "validation loss and the validation error")]
    public void AHistoryWithoutANumberIsRefused(string field, string part)
    {
        ChangeHistory(lines => lines[2] = string.Join(',', lines[2].Split(',').Select((old, column) => column == 3 ? field : old)));
        AssertRefused(part);
    }

    [TestCase(new[] { 0, 2, 1, 3 }, "epoch 1 should stand where epoch 2 is")]
    [TestCase(new[] { 0, 1, 1, 3 }, "epoch 2 should stand where epoch 1 is")]
    [TestCase(new[] { 0, 1, 3 }, "epoch 2 should stand where epoch 3 is")]
    [TestCase(new[] { 1, 2, 3 }, "its first line should be epoch,training_loss")]
    [TestCase(new[] { 0, 1, 2 }, "expected 3 epochs in history.csv; found 2")]
    [TestCase(new[] { 0 }, "expected 3 epochs in history.csv; found 0")]
    public void RowsOfTheHistoryStandInOrder(int[] rows, string part)
    {
        ChangeHistory(lines =>
        {
            string[] old = [.. lines];
            lines.Clear();
            lines.AddRange(rows.Select(row => old[row]));
        });
        AssertRefused(part);
    }

    [TestCase("history.csv", "expected 3 epochs in history.csv; found 0")]
    [TestCase("best.safetensors", "best.safetensors: expected a file; found nothing")]
    [TestCase("resume.safetensors", "expected resume.safetensors of epoch 3 or the one before, as history.csv has it; found none")]
    public void AFileThatIsMissingIsSaidOnOpening(string file, string part)
    {
        File.Delete(folder.File(file));
        AssertRefused(part);
    }

    [Test]
    public void ADamagedCheckpointIsSaidOnOpening([Values("best.safetensors", "resume.safetensors")] string file)
    {
        File.WriteAllBytes(folder.File(file), File.ReadAllBytes(folder.File(file))[..^9]);
        AssertRefused("truncated");
    }

    [Test]
    public void BestWeightsOfAnotherEpochAreRefused()
    {
        // last.safetensors has the weights of the last epoch, which is not the best here.
        using (TrainingRun run = Resume())
            Assume.That(run.Best!.Epoch, Is.Not.EqualTo(Epochs));
        File.Copy(folder.File("last.safetensors"), folder.File("best.safetensors"), overwrite: true);
        AssertRefused("it has the weights of epoch 3, but the best one in history.csv is");
    }

    // Killed between two files: history.csv and best.safetensors are one epoch ahead.
    [Test]
    public void ARunThatWasKilledBetweenTwoFilesIsResumedToTheSameBytes([Values("resume", "last", "best")] string unwritten)
    {
        foreach (string file in Directory.GetFiles(Run(Options with { Epochs = Epochs - 1 }), "*.safetensors"))
        {
            string name = Path.GetFileName(file);
            if (name.StartsWith("resume", StringComparison.Ordinal) || (name.StartsWith("last", StringComparison.Ordinal) && unwritten != "resume") || unwritten == "best")
                File.Copy(file, folder.File(name), overwrite: true);
        }

        Resume().Run(new SilentObserver(), default);
        foreach (string file in Directory.GetFiles(Run(Options), "*.safetensors"))
            Assert.That(File.ReadAllBytes(folder.File(Path.GetFileName(file))), Is.EqualTo(File.ReadAllBytes(file)), file);
    }

    [Test]
    public void CheckpointsOfAnOlderVersionSayWhatToDo()
    {
        foreach (string file in new[] { folder.File("best.safetensors"), folder.File("resume.safetensors") })
        {
            RefNet.Interop.SafetensorsFile old = RefNet.Interop.Safetensors.Read(file);
            RefNet.Interop.Safetensors.Write(
                file, old.Names.ToDictionary(name => name, old.Tensor<float>), old.Metadata.Where(note => note.Key is not ("run" or "history")).ToDictionary());
        }

        AssertRefused("It was made by an older version of RefNet, or is no checkpoint of a run: train again.");
        AssertBestRefused("It was made by an older version of RefNet");
    }

    [Test]
    public void AFinishedRunIsTestedAgainWithoutAWordInItsFolder()
    {
        string[] before = Contents();
        Evaluation again = Resume().Run(new SilentObserver(), default);
        Assert.That(again.Confusion.Samples, Is.EqualTo(Data.Test.Count));
        Assert.That(Contents(), Is.EqualTo(before));
    }

    private void Configure(string option, string value)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!;
        config[option] = JsonNode.Parse(value);
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
    }

    private void ChangeHistory(Action<List<string>> change)
    {
        List<string> lines = [.. File.ReadAllLines(folder.File("history.csv"))];
        change(lines);
        File.WriteAllLines(folder.File("history.csv"), lines);
    }

    private void AssertRefused(string part)
    {
        string[] before = Contents();
        Assert.That(() => Resume(Epochs + 1), Throws.TypeOf<InputException>().With.Message.Contains(part));
        Assert.That(Contents(), Is.EqualTo(before), "nothing is written before it is known to be good");
    }

    private void AssertBestRefused(string part)
    {
        using RunFolder run = RunFolder.Open(folder.Path);
        Assert.That(() => TrainingRun.Test(run.ReadOptions(), run, Data), Throws.TypeOf<InputException>().With.Message.Contains(part));
    }

    private TrainingRun Resume(int? epochs = null)
    {
        RunFolder run = RunFolder.Open(folder.Path);
        RunOptions options = run.ReadOptions();
        return TrainingRun.Resume(options with { Epochs = epochs ?? options.Epochs }, Data, run);
    }

    private string[] Contents() => [.. Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}")];

    private string Run(RunOptions options)
    {
        string key = $"{options}";
        if (!runs.TryGetValue(key, out TemporaryFolder? run))
        {
            run = runs[key] = new TemporaryFolder();
            TrainingRun.Start(options, Data, run.Path).Run(new SilentObserver(), default);
        }

        return run.Path;
    }
}
