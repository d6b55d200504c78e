using NUnit.Framework;
using RefNet.Data;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Tests of whole runs on a small synthetic set. Each test has a folder of its own.</summary>
public abstract class WholeRunTests
{
    /// <summary>Ten bars, 300 images to train on.</summary>
    private protected static Dataset Data { get; } = SyntheticData.Create();

    /// <summary>The folder to write into.</summary>
    private protected TemporaryFolder Folder { get; private set; } = null!;

    [SetUp]
    public void MakeFolder() => Folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => Folder.Dispose();

    /// <summary>The options of two short epochs.</summary>
    private protected static RunOptions Options(string model) =>
        RunOptions.Of(Architectures.Find(model)) with { Epochs = 2, BatchSize = 16, Validation = 50 };

    /// <summary>Starts a run in a folder of this name.</summary>
    private protected TrainingRun Start(RunOptions options, string name) => TrainingRun.Start(options, Data, Folder.File(name));

    /// <summary>Resumes it.</summary>
    private protected TrainingRun Resume(string name, int? epochs = null)
    {
        RunFolder run = RunFolder.Open(Folder.File(name));
        RunOptions options = run.ReadOptions();
        return TrainingRun.Resume(options with { Epochs = epochs ?? options.Epochs }, Data, run);
    }

    /// <summary>The bytes of a file of a run.</summary>
    private protected byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Combine(Folder.File(run), file));

    /// <summary>Notes what a run says, and may stop it at a step.</summary>
    private protected sealed class Watcher(Action<int, int>? atStep = null) : ITrainingObserver
    {
        private int step;

        public int Best { get; private set; }

        public List<int> Unchanged { get; } = [];

        public void StepDone(EpochProgress progress) => atStep?.Invoke(progress.Epoch, ++step);

        public void EpochDone(EpochRecord epoch, bool isBest)
        {
            step = 0;
            Best = isBest ? epoch.Epoch : Best;
        }

        public void NothingChanged(EpochRecord epoch) => Unchanged.Add(epoch.Epoch);
    }
}
