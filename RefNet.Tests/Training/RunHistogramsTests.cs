using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>histograms.csv of a run: what it says is so, and it changes nothing else.</summary>
[TestFixture]
public sealed class RunHistogramsTests
{
    private const int Epochs = 3;

    private static readonly Dataset Data = SyntheticData.Create(trainingImages: 120, testImages: 20);

    private static readonly RunOptions Options =
        RunOptions.Of(Architectures.Find("mlp")) with { Epochs = Epochs, BatchSize = 16, Validation = 20, Freeze = "F1", KeepHistograms = true };

    private readonly TemporaryFolder shared = new();
    private TemporaryFolder folder = null!;

    [OneTimeSetUp]
    public void TrainOnce() => Train(Options, shared.File("run"));

    [OneTimeTearDown]
    public void DeleteShared() => shared.Dispose();

    [SetUp]
    public void CopyRun()
    {
        folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(shared.File("run")))
            File.Copy(file, folder.File(Path.GetFileName(file)));
    }

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void RowsAreOfEachEpochAndParameterAndCountEachNumber()
    {
        Network<float> network = Last();
        IReadOnlyList<ParameterHistograms> rows = RunFolder.Open(folder.File(".")).ReadHistograms(network);
        (string Path, Parameter<float> Parameter)[] parameters = [.. network.NamedParameters()];
        Assert.That(rows.Select(row => (row.Epoch, row.Parameter)), Is.EqualTo(from epoch in Enumerable.Range(1, Epochs) from named in parameters select (epoch, named.Path)));
        foreach (ParameterHistograms row in rows)
        {
            int size = parameters.Single(named => named.Path == row.Parameter).Parameter.Count;
            Assert.That((row.Weights.Total, row.Changes.Total), Is.EqualTo(((long)size, (long)size)), $"{row.Parameter}, epoch {row.Epoch}");
            Assert.That(row.Changes is { Low: 0, High: 0 }, Is.EqualTo(row.Parameter.StartsWith("F1.")), "only what is frozen stands still");
        }

        foreach ((string path, Parameter<float> parameter) in parameters)
        {
            Histogram expected = Histogram.Of(parameter.Value.Values), found = rows.Last(row => row.Parameter == path).Weights;
            Assert.That((found.Low, found.High), Is.EqualTo((expected.Low, expected.High)), "those of last.safetensors");
            Assert.That(found.Counts, Is.EqualTo(expected.Counts));
        }
    }

    // A change is the difference to the epoch before, and in the first epoch to the first weights.
    [Test]
    public void ChangesAreThoseOfTheEpoch()
    {
        RunOptions one = Options with { Epochs = 1, Freeze = null };
        Train(one, folder.File("one"));
        Network<float> first = Architectures.Find("mlp").Create<float>(one.Seed), last = Load(folder.File("one"));
        IReadOnlyList<ParameterHistograms> rows = RunFolder.Open(folder.File("one")).ReadHistograms(last);
        foreach (((string path, Parameter<float> before), (_, Parameter<float> after)) in first.NamedParameters().Zip(last.NamedParameters()))
        {
            Histogram expected = Histogram.Of([.. after.Value.Values.ToArray().Zip(before.Value.Values.ToArray(), (now, then) => now - then)]), found = rows.Single(row => row.Parameter == path).Changes;
            Assert.That((found.Low, found.High), Is.EqualTo((expected.Low, expected.High)), path);
            Assert.That(found.Counts, Is.EqualTo(expected.Counts));
        }
    }

    [Test]
    public void TheOtherFilesAreTheSameWithoutIt()
    {
        Train(Options with { KeepHistograms = false }, folder.File("without"));
        Assert.That(File.Exists(folder.File("without/histograms.csv")), Is.False);
        foreach (string file in new[] { "best.safetensors", "last.safetensors", "resume.safetensors" })
            Assert.That(File.ReadAllBytes(folder.File($"without/{file}")), Is.EqualTo(File.ReadAllBytes(folder.File(file))), file);
        Assert.That(File.ReadAllText(folder.File("without/config.json")), Does.Not.Contain("histograms"), "older versions read it");
    }

    // Stopped in an epoch, and killed between the files of an epoch: histograms.csv is then one ahead.
    [Test]
    public void AResumedRunHasTheSameRows([Values(2, 3)] int stopAt, [Values] bool ahead)
    {
        using CancellationTokenSource stop = new();
        SilentObserver observer = new(progress =>
        {
            if (progress.Epoch == stopAt)
                stop.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => TrainingRun.Start(Options, Data, folder.File("resumed")).Run(observer, stop.Token));
        if (ahead)
            Keep(folder.File("resumed/histograms.csv"), stopAt);
        RunFolder run = RunFolder.Open(folder.File("resumed"));
        TrainingRun.Resume(run.ReadOptions(), Data, run).Run(new SilentObserver(), default);
        Assert.That(File.ReadAllBytes(folder.File("resumed/histograms.csv")), Is.EqualTo(File.ReadAllBytes(folder.File("histograms.csv"))));

        // The first lines of the whole file, so many epochs of them.
        void Keep(string path, int epochs)
        {
            string[] lines = File.ReadAllLines(folder.File("histograms.csv"));
            File.WriteAllText(path, string.Concat(lines.Take(1 + (lines.Length - 1) / Epochs * epochs).Select(line => $"{line}\n")));
        }
    }

    [TestCase("epoch,parameter", "epoch;parameter", "its first line should be epoch,parameter,numbers,low,high,bin_1,")]
    [TestCase("2,F2.weight,weights,", "2,F9.weight,weights,", "should begin with 2,F2.weight,weights and have 25 fields; found '2,F9.weight,")]
    [TestCase("2,F2.weight,changes,", "2,F2.weight,changes,nan,", "and have 25 fields; found")]
    [TestCase("1,F2.bias,weights,", "1,F2.bias,weights,,", "and have 25 fields")]
    [TestCase(",0,0,0", ",0,-1,0", "should be whole numbers of 0 or more; found '-1'")]
    [TestCase(",0,0,0", ",0,2147483647,0", "numbers together; found")]
    [TestCase(",0,0,0", ",0,2147483648,0", "should be whole numbers of 0 or more; found '2147483648'")]
    public void ADamagedFileIsRefusedWithASentence(string old, string damage, string problem)
    {
        string path = folder.File("histograms.csv"), text = File.ReadAllText(path);
        int at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.That(at, Is.GreaterThanOrEqualTo(0), "the file has it");
        File.WriteAllText(path, text[..at] + damage + text[(at + old.Length)..]);
        AssertRefused(problem);
    }

    [Test]
    public void BoundsThatAreNoneAreRefused([Values("NaN", "1e99", "x", "")] string bound)
    {
        string path = folder.File("histograms.csv");
        string[] lines = File.ReadAllLines(path), fields = lines[1].Split(',');
        fields[3] = bound;
        File.WriteAllLines(path, [lines[0], string.Join(',', fields), .. lines.Skip(2)]);
        AssertRefused("low and high of line 2 should be finite numbers");
    }

    [Test]
    public void AFileThatIsGoneOrTooShortIsRefused()
    {
        string path = folder.File("histograms.csv");
        string[] lines = File.ReadAllLines(path);
        File.WriteAllLines(path, lines.SkipLast(1));
        AssertRefused("rows for each epoch, two for each parameter; found");
        File.WriteAllLines(path, lines.Take(1 + (lines.Length - 1) / Epochs));
        AssertResumeRefused("expected the histograms of 3 epochs; found those of 1");
        File.Delete(path);
        AssertRefused("expected a file; found nothing");
    }

    private void AssertRefused(string problem)
    {
        Assert.That(() => RunFolder.Open(folder.File(".")).ReadHistograms(Last()), Throws.TypeOf<InputException>().With.Message.Contains(problem).And.Message.Contains("histograms.csv: expected"));
        AssertResumeRefused(problem);
    }

    private void AssertResumeRefused(string problem)
    {
        RunFolder run = RunFolder.Open(folder.File("."));
        Assert.That(() => TrainingRun.Resume(run.ReadOptions() with { Epochs = Epochs }, Data, run), Throws.TypeOf<InputException>().With.Message.Contains(problem));
    }

    private Network<float> Last() => Load(folder.File("."));

    private static Network<float> Load(string run)
    {
        Network<float> network = Architectures.Find("mlp").Create<float>(seed: 9);
        Checkpoint.Load(Path.Combine(run, "last.safetensors"), "mlp", network, optimizer: null);
        return network;
    }

    private static void Train(RunOptions options, string path)
    {
        using TrainingRun run = TrainingRun.Start(options, Data, path);
        run.Run(new SilentObserver(), default);
    }
}
