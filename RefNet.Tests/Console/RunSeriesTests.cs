using NUnit.Framework;
using RefNet.Tests.Data;
using RefNet.Tests.Training;
using RefNet.Training;

namespace RefNet.Tests.Console;

/// <summary>Commands that train several runs for one result, and the range test, over a small set that is quick to learn.</summary>
[TestFixture]
public sealed class RunSeriesTests
{
    private DataFolder bars = null!;
    private DataFolder folder = null!;

    [OneTimeSetUp]
    public void MakeBars() => bars = DataFolder.With(SyntheticData.Create());

    [OneTimeTearDown]
    public void RemoveBars() => bars.Dispose();

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void T15_SeedsAreTrainedEachForItselfAndTheirSpreadIsReported()
    {
        Refnet.Result trained = Train("--seeds", "3", "--seed", "5");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Assert.That(trained.Output, Does.Contain("3 seeds, 5 to 7:").And.Match(@"(?m)^validation error: mean \d+\.\d{3} %, standard deviation \d+\.\d{3}, 95 % interval of the mean -?\d+\.\d{3} to \d+\.\d{3}"));

        string[][] rows = [.. File.ReadAllLines(folder.File("run/seeds.csv")).Skip(1).Select(row => row.Split(','))];
        Assert.That(rows.Select(row => row[0]), Is.EqualTo(new[] { "5", "6", "7" }));
        double[] errors = [.. rows.Select(row => double.Parse(row[5], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.That(trained.Output, Does.Contain($"test error: mean {(100 * errors.Average()).ToString("F3", System.Globalization.CultureInfo.InvariantCulture)} %"));

        Refnet.Run("train", "mlp", "--data", bars.Path, "--epochs", "2", "--batch-size", "16", "--validation", "60", "--seed", "6", "--out", folder.File("alone"));
        Assert.That(Bytes("run/seed-6/last.safetensors"), Is.EqualTo(Bytes("alone/last.safetensors")), "a run of a series is the run of its seed");

        DateTime written = File.GetLastWriteTimeUtc(folder.File("run/seed-5/last.safetensors"));
        Refnet.Result more = Train("--seeds", "4", "--seed", "5");
        Assert.That(more.Output, Does.Contain("4 seeds, 5 to 8:"));
        Assert.That(File.GetLastWriteTimeUtc(folder.File("run/seed-5/last.safetensors")), Is.EqualTo(written), "what is done is not done again");

        Refnet.Result others = Train("--seeds", "3", "--seed", "5", "--clip", "1");
        Assert.That(others.Code, Is.EqualTo(2), $"{others}");
        Assert.That(others.Error, Does.Contain("holds a run with other options"));
    }

    [Test]
    public void T5_ARefitIsTestedAndTheFirstRunIsNot()
    {
        Refnet.Result trained = Train("--refit");
        Assert.That(trained.Code, Is.Zero, $"{trained}");
        Assert.That(trained.Output, Does.Contain("240 images to train on, 60 held out").And.Contains("300 images to train on, 0 held out"));
        Assert.That(trained.Output, Does.Match(@"Refit: training from the start on all training images for \d epochs, the number chosen on the held-out images\."));
        Assert.That(trained.Output.Split("Test error: "), Has.Length.EqualTo(2), "one network is tested, once");
        Assert.That(trained.Output, Does.Match(@"(?m)^validation error \d+\.\d\d %, of the network trained without the held-out images; test error \d+\.\d\d %, of the network trained on all images"));

        RunOptions first = RunFolder.Open(folder.File("run/validation")).ReadOptions(), second = RunFolder.Open(folder.File("run/refit")).ReadOptions();
        Assert.That(second with { DataSha256 = first.DataSha256 }, Is.EqualTo(first with { Validation = 0, Epochs = second.Epochs }));
        Assert.That(Train("--refit").Code, Is.Zero, "given again");
        Assert.That(Train("--refit", "--validation", "0").Error, Does.Contain("A refit needs held-out images"));
    }

    [Test]
    public void ASeriesThatWasStoppedIsResumedByTheSameCommand()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Refnet.Result stopped = Refnet.Run(stop.Token, false, Arguments("--seeds", "2"));
        Assert.That(stopped.Code, Is.EqualTo(130), $"{stopped}");
        Assert.That(stopped.Error, Does.Contain($"To resume: give the same command with --out {folder.File("run")}"));
        Assert.That(Train("--seeds", "2").Output, Does.Contain("2 seeds, 1 to 2:"));
    }

    [Test]
    public void TheRangeTestLeavesATableAndAPlot()
    {
        Refnet.Result found = Train("--find-rate");
        Assert.That(found.Code, Is.Zero, $"{found}");
        Assert.That(found.Output, Does.Match(@"Suggested: --learning-rate [\d.E-]+, a tenth of the rate at which the smoothed loss was smallest"));
        Assert.That(File.ReadAllLines(folder.File("run/rates.csv"))[0], Is.EqualTo("learning_rate,loss,smoothed_loss"));
        Assert.That(System.Xml.Linq.XDocument.Load(folder.File("run/rates.svg")).Root!.Name.LocalName, Is.EqualTo("svg"));
        Assert.That(found.Output, Does.Not.Contain("Test error"));
        Assert.That(Train("--find-rate", "--seeds", "2").Error, Does.Contain("leave out --seeds and --refit"));
    }

    private byte[] Bytes(string file) => File.ReadAllBytes(folder.File(file));

    private string[] Arguments(params string[] more) =>
        ["train", "mlp", "--data", bars.Path, "--epochs", "2", "--batch-size", "16", "--validation", "60", "--out", folder.File("run"), .. more];

    // The last word counts where an option is given twice.
    private Refnet.Result Train(params string[] more) => Refnet.Run([.. more.Contains("--validation") ? Arguments(more).Where((_, i) => i is not (8 or 9)) : Arguments(more)]);
}
