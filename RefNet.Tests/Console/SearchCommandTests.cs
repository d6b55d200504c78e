using NUnit.Framework;
using RefNet.Training;

namespace RefNet.Tests.Console;

/// <summary>refnet search over a small set that is quick to learn (LECTURES T10).</summary>
[TestFixture]
public sealed class SearchCommandTests : CommandTests
{
    private Refnet.Result Search(params string[] more) =>
        Refnet.Run(["search", "mlp", "--data", Bars.Path, "--epochs", "1", "--validation", "60", "--out", Folder.File("search"), .. more]);

    [Test]
    public void T10_CoarseThenFineByHeldOutImagesAlone()
    {
        Refnet.Result result = Search("--rates", "0.0001:0.5", "--decays", "1e-6:1e-3", "--trials", "4", "--fine", "2");
        Assert.That(result.Code, Is.Zero, $"{result}");
        string[][] rows = [.. File.ReadAllLines(Folder.File("search/trials.csv")).Skip(1).Select(row => row.Split(','))];
        Assert.That(rows, Has.Length.EqualTo(6));
        double[] losses = [.. rows.Select(row => double.Parse(row[4], System.Globalization.CultureInfo.InvariantCulture))];
        string[] best = rows[Array.IndexOf(losses, losses.Min())];
        Assert.That(result.Output, Does.Match($@"(?m)^ *{best[0]} +").And.Contain("Best of 6, by the held-out images only: --learning-rate "));
        Assert.That(result.Output, Does.Not.Contain("Test error"));
        Assert.That(File.ReadAllText(Folder.File("search/search.svg")), Does.Contain("<svg"));

        DateTime written = File.GetLastWriteTimeUtc(Folder.File("search/trial-1/last.safetensors"));
        Refnet.Result again = Search("--rates", "0.0001:0.5", "--decays", "1e-6:1e-3", "--trials", "4", "--fine", "3");
        Assert.That(again.Output, Does.Contain("Best of 7"));
        Assert.That(File.GetLastWriteTimeUtc(Folder.File("search/trial-1/last.safetensors")), Is.EqualTo(written), "what is done is not done again");
    }

    // Every training image is held out once in each trial.
    [Test]
    public void T10_FoldsGiveAMeanAndASpreadAndAreNotTrainedTwice()
    {
        string[] arguments = ["--rates", "0.001:0.1", "--trials", "2", "--fine", "0", "--folds", "3"];
        Refnet.Result result = Search(arguments);
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Contain("per trial and fold, 3 folds").And.Match(@"trial +1: .* validation error \d+\.\d+ ± \d+\.\d+ %"));
        foreach (string[] row in File.ReadAllLines(Folder.File("search/trials.csv")).Skip(1).Select(row => row.Split(',')))
        {
            double[] errors = [.. Enumerable.Range(1, 3).Select(fold =>
            {
                RunFolder run = RunFolder.Open(Folder.File($"search/trial-{row[0]}/fold-{fold}"));
                Assert.That(run.ReadOptions().Fold, Is.EqualTo($"{fold}/3"));
                return EpochRecord.BestOf(run.ReadHistory())!.ValidationError!.Value;
            })];
            Assert.That(double.Parse(row[5], System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(errors.Average()).Within(1e-12));
            double variance = errors.Sum(error => Math.Pow(error - errors.Average(), 2)) / 2;
            Assert.That(double.Parse(row[6], System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(Math.Sqrt(variance)).Within(1e-12));
        }

        string table = File.ReadAllText(Folder.File("search/trials.csv"));
        DateTime written = File.GetLastWriteTimeUtc(Folder.File("search/trial-2/fold-3/last.safetensors"));
        Assert.That(Search(arguments).Code, Is.Zero);
        Assert.That(File.ReadAllText(Folder.File("search/trials.csv")), Is.EqualTo(table));
        Assert.That(File.GetLastWriteTimeUtc(Folder.File("search/trial-2/fold-3/last.safetensors")), Is.EqualTo(written), "what is done is not done again");
    }

    [Test]
    public void ATrialThatDivergesIsTheWorst()
    {
        Refnet.Result result = Search("--rates", "1e30:1e31", "--trials", "2", "--grid");
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Contain("diverged").And.Contain("Every trial diverged: search smaller rates."));
    }

    [TestCase("--rates", "0:1", "--rates: expected two numbers above 0, the smaller first, such as 0.001:0.1; found '0:1'.")]
    [TestCase("--rates", "2:1", "found '2:1'")]
    [TestCase("--decays", "1e-3", "found '1e-3'")]
    [TestCase("--folds", "1", "--folds: expected a whole number from 2 to 100; found '1'.")]
    [TestCase("--folds", "100000", "found '100000'")]
    [TestCase("--fold", "1/3", "since a search holds every part out in turn; give --folds.")]
    [TestCase("--validation", "0", "since a search chooses by held-out images; found 0.")]
    public void BadInputIsAMistakeInOneLine(string option, string value, string message)
    {
        string[] arguments = ["search", "mlp", "--data", Bars.Path, "--out", Folder.File("search"), option, value];
        Refnet.Result result = Refnet.Run(arguments);
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.Contain(message));
        Assert.That(Directory.Exists(Folder.File("search")), Is.False);
    }
}
