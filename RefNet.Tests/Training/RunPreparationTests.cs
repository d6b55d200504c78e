using NUnit.Framework;
using RefNet.Data;
using RefNet.Interop;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Runs that prepare their inputs: what they keep of it.</summary>
[TestFixture]
public sealed class RunPreparationTests
{
    private static readonly Dataset Data = SyntheticData.Create(trainingImages: 120, testImages: 50);

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [TestCase("center")]
    [TestCase("standardize")]
    public void ARunThatIsResumedOrTestedAgainUsesWhatWasLearnt(string prepare)
    {
        Evaluation whole = TrainingRun.Start(Options(prepare), Data, folder.File("whole")).Run(new SilentObserver(), default);
        TrainingRun.Start(Options(prepare) with { Epochs = 1 }, Data, folder.File("run")).Run(new SilentObserver(), default);
        byte[] learnt = File.ReadAllBytes(folder.File("run/preparation.safetensors"));
        RunFolder run = RunFolder.Open(folder.File("run"));
        TrainingRun.Resume(run.ReadOptions() with { Epochs = 2 }, Data, run).Run(new SilentObserver(), default);

        Assert.That(File.ReadAllBytes(folder.File("run/preparation.safetensors")), Is.EqualTo(learnt));
        foreach (string file in new[] { "preparation.safetensors", "last.safetensors", "best.safetensors" })
            Assert.That(File.ReadAllBytes(folder.File($"run/{file}")), Is.EqualTo(File.ReadAllBytes(folder.File($"whole/{file}"))), file);
        Assert.That(TrainingRun.Test(run.ReadOptions(), run, Data).Loss, Is.EqualTo(whole.Loss));
    }

    [Test]
    public void OnlyTheImagesThatARunTrainsOnAreLearnt()
    {
        TrainingRun.Start(Options("center"), Data, folder.File("run")).Run(new SilentObserver(), default);
        (ImageSet training, _) = Data.Training.HoldOut(40, seed: 1);
        float[] mean = Safetensors.Read(folder.File("run/preparation.safetensors")).Tensor<float>("mean").Values.ToArray();
        PixelScaling scaling = Architectures.Find("mlp").Scaling();
        for (int pixel = 0; pixel < 784; pixel++)
        {
            double bytes = Enumerable.Range(0, training.Count).Average(n => (double)training.Pixels(n)[pixel]);
            Assert.That(mean[pixel], Is.EqualTo(scaling.Low + (scaling.High - scaling.Low) * bytes / 255).Within(1e-6));
        }
    }

    [Test]
    public void APreparationThatIsMissingOrOfAnotherRunIsRefused()
    {
        TrainingRun.Start(Options("center") with { Epochs = 1 }, Data, folder.File("a")).Run(new SilentObserver(), default);
        TrainingRun.Start(Options("center") with { Epochs = 1, Seed = 2 }, Data, folder.File("b")).Run(new SilentObserver(), default);
        RunFolder run = RunFolder.Open(folder.File("a"));
        File.Copy(folder.File("b/preparation.safetensors"), folder.File("a/preparation.safetensors"), overwrite: true);
        Assert.That(() => TrainingRun.Test(run.ReadOptions(), run, Data), Throws.TypeOf<InputException>().With.Message.Contains("do not belong together: it was learnt with other options"));
        File.Delete(folder.File("a/preparation.safetensors"));
        Assert.That(() => TrainingRun.Test(run.ReadOptions(), run, Data), Throws.TypeOf<InputException>().With.Message.Contains("preparation.safetensors"));
        Assert.That(() => TrainingRun.Resume(run.ReadOptions() with { Epochs = 2 }, Data, run).Run(new SilentObserver(), default), Throws.TypeOf<InputException>());
    }

    [Test]
    public void ARunWithoutItHasNoFile()
    {
        TrainingRun.Start(Options(prepare: null) with { Epochs = 1 }, Data, folder.File("run")).Run(new SilentObserver(), default);
        Assert.That(File.Exists(folder.File("run/preparation.safetensors")), Is.False);
    }

    private static RunOptions Options(string? prepare) =>
        RunOptions.Of(Architectures.Find("mlp")) with { Epochs = 2, BatchSize = 20, Validation = 40, Prepare = prepare, Augment = "shift:1" };
}
