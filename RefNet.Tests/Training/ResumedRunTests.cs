using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Stopping a run and resuming it changes nothing; what cannot be resumed is refused.</summary>
[TestFixture]
public sealed class ResumedRunTests : WholeRunTests
{
    [TestCase("lenet5", Description = "threads take slices of a batch")]
    [TestCase("mlp", Description = "threads take parts of a layer")]
    [TestCase("lenet5-modern", "digits", Description = "each image is augmented anew in each epoch")]
    public void TheSameSeedGivesTheSameBytesOnAnyNumberOfThreadsResumedOrNot(string model, string? augment = null)
    {
        RunOptions options = Options(model) with { Augment = augment };
        int threads = ParallelLoop.MaxThreads;
        try
        {
            foreach (int count in new[] { 1, 2, 7 })
            {
                ParallelLoop.MaxThreads = count;
                Start(options, $"whole{count}").Run(new Watcher(), default);

                using CancellationTokenSource cancellation = new();
                Watcher stop = new((epoch, step) => { if (epoch == 2 && step == 3) cancellation.Cancel(); });
                Assert.That(() => Start(options, $"resumed{count}").Run(stop, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
                ParallelLoop.MaxThreads = 8 - count;
                Resume($"resumed{count}").Run(new Watcher(), default);
            }
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }

        foreach (string file in new[] { "last.safetensors", "best.safetensors", "resume.safetensors" })
        {
            foreach (string run in new[] { "whole2", "whole7", "resumed1", "resumed2", "resumed7" })
                Assert.That(Bytes(run, file), Is.EqualTo(Bytes("whole1", file)), $"{file} of {run}");
        }
    }

    [TestCase(1, 3)]
    [TestCase(3, 2)]
    public void ARunStoppedInAnEpochAndResumedEndsWithTheSameBytes(int epoch, int step)
    {
        RunOptions options = Options("lenet5-modern") with { Epochs = 4 };
        Evaluation whole = Start(options, "whole").Run(new Watcher(), default);

        using CancellationTokenSource cancellation = new();
        Watcher watcher = new((e, s) => { if (e == epoch && s == step) cancellation.Cancel(); });
        Assert.That(() => Start(options, "stopped").Run(watcher, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        TrainingRun resumed = Resume("stopped");
        Assert.That(resumed.History, Has.Count.EqualTo(epoch - 1));
        Evaluation test = resumed.Run(new Watcher(), default);

        Assert.Multiple(() =>
        {
            foreach (string file in new[] { "last.safetensors", "best.safetensors", "resume.safetensors" })
                Assert.That(Bytes("stopped", file), Is.EqualTo(Bytes("whole", file)), file);
            Assert.That(test.Confusion.Errors, Is.EqualTo(whole.Confusion.Errors));
        });
    }

    [Test]
    public void ARunStoppedAfterItsLastStepSavesTheEpochAndIsTestedWhenItIsResumed()
    {
        using CancellationTokenSource cancellation = new();
        Watcher stop = new((epoch, step) =>
        {
            if (epoch == 2 && step == 16) // 250 images in batches of 16
                cancellation.Cancel();
        });
        TrainingRun run = Start(Options("mlp"), "run");
        Assert.That(() => run.Run(stop, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(run.History, Has.Count.EqualTo(2));
        Assert.That(Resume("run").Run(new Watcher(), default).Confusion.Samples, Is.EqualTo(Data.Test.Count));
    }

    [Test]
    public void ARunKilledAfterTheHistoryWasWrittenButNotTheCheckpointResumesFromTheCheckpoint()
    {
        RunOptions options = Options("mlp");
        Start(options, "run").Run(new Watcher(), default);
        byte[] expected = Bytes("run", "last.safetensors");
        File.AppendAllText(Folder.File("run/history.csv"), "3,1,1,1,1,0.1,1\n");
        TrainingRun resumed = Resume("run");
        resumed.Run(new Watcher(), default);
        Assert.Multiple(() =>
        {
            Assert.That(resumed.History, Has.Count.EqualTo(2));
            Assert.That(Bytes("run", "last.safetensors"), Is.EqualTo(expected));
        });
    }

    [Test]
    public void MoreEpochsCanBeAskedForLater()
    {
        RunOptions options = Options("mlp");
        Start(options with { Epochs = 4 }, "four").Run(new Watcher(), default);
        Start(options with { Epochs = 2 }, "two").Run(new Watcher(), default);
        RunFolder two = RunFolder.Open(Folder.File("two"));
        TrainingRun.Resume(two.ReadOptions() with { Epochs = 4 }, Data, two).Run(new Watcher(), default);
        Assert.That(Bytes("two", "last.safetensors"), Is.EqualTo(Bytes("four", "last.safetensors")));
    }

    [Test]
    public void AScheduleThatSpansTheRunCannotBeMadeLonger()
    {
        Start(Options("mlp") with { Schedule = "cosine" }, "run").Run(new Watcher(), default);
        Assert.That(() => Resume("run", epochs: 3), Throws.TypeOf<InputException>().With.Message.Contains("do not belong together"));
        Resume("run").Run(new Watcher(), default);
    }

    [Test]
    public void TheConfigurationKnowsTheDataAndTheEpochsThatWereAskedForLast()
    {
        TrainingRun run = Start(Options("mlp"), "run");
        run.Run(new Watcher(), default);
        using TrainingRun resumed = Resume("run", epochs: 3);
        RunOptions written = run.Folder.ReadOptions();
        Assert.Multiple(() =>
        {
            Assert.That(written.Epochs, Is.EqualTo(3));
            Assert.That(written.DataSha256, Is.EqualTo(Data.Sha256));
        });
    }

    [Test]
    public void ResumingWithOtherDataIsRefused()
    {
        TrainingRun run = Start(Options("mlp"), "run");
        run.Run(new Watcher(), default);
        Assert.That(() => TrainingRun.Resume(run.Folder.ReadOptions(), SyntheticData.Create(trainingImages: 301), run.Folder),
            Throws.TypeOf<InputException>().With.Message.Contains("Give the same data"));
    }

    [Test]
    public void ResumingForFewerEpochsThanAreDoneIsRefused()
    {
        TrainingRun run = Start(Options("mlp"), "run");
        run.Run(new Watcher(), default);
        Assert.That(() => TrainingRun.Resume(run.Folder.ReadOptions() with { Epochs = 1 }, Data, run.Folder),
            Throws.TypeOf<InputException>().With.Message.Contains("at least the 2 epochs"));
    }

    [TestCase("not a number")]
    [TestCase("missing")]
    [TestCase("truncated")]
    [TestCase("another model")]
    public void ADamagedStateIsRefusedAndTheRunStaysAsItIs(string damage)
    {
        TrainingRun run = Start(Options("mlp"), "run");
        run.Run(new Watcher(), default);
        byte[] last = Bytes("run", "last.safetensors");
        byte[] state = File.ReadAllBytes(run.Folder.State);
        switch (damage)
        {
            case "not a number":
                BitConverter.TryWriteBytes(state.AsSpan(state.Length - 4), float.NaN);
                File.WriteAllBytes(run.Folder.State, state);
                break;
            case "missing":
                File.WriteAllLines(Folder.File("run/history.csv"), [EpochRecord.CsvHeader]);
                break;
            case "truncated":
                File.WriteAllBytes(run.Folder.State, state[..^7]);
                break;
            default:
                Start(Options("lenet5-modern"), "other").Run(new Watcher(), default);
                File.Copy(Folder.File("other/resume.safetensors"), run.Folder.State, overwrite: true);
                break;
        }

        Assert.That(() => Resume("run"), Throws.InstanceOf<InputException>());
        Assert.That(Bytes("run", "last.safetensors"), Is.EqualTo(last));
    }
}
