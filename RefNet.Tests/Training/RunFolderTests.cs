using System.Collections.Concurrent;
using NUnit.Framework;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Run folders that two processes want, that come from elsewhere, or that hold the rest of another run.</summary>
[TestFixture]
public sealed class RunFolderTests
{
    private static readonly RunOptions Options = RunOptions.Of(Architectures.Find("perceptron"));

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void WhoTrainsInAFolderHasItAloneAndOthersMayRead()
    {
        using (RunFolder first = RunFolder.Create(folder.File("run"), Options))
        {
            RunFolder second = RunFolder.Open(folder.File("run"));
            Assert.That(second.ReadOptions(), Is.EqualTo(Options), "reading needs no lock");
            Assert.That(second.TakeLock, Throws.TypeOf<InputException>().With.Message.Contains(folder.File("run")).And.Message.Contains("another process trains in this folder"));
            Assert.That(() => RunFolder.Create(folder.File("run"), Options), Throws.TypeOf<InputException>().With.Message.Contains("another process"));
            Assert.That(() => second.WriteOptions(Options), Throws.InvalidOperationException, "nothing is written without the lock");
        }

        using RunFolder third = RunFolder.Open(folder.File("run"));
        third.TakeLock();
        third.TakeLock();
        third.WriteOptions(Options);
    }

    [Test]
    public void AFileThatAKilledProcessLeftIsNoLock()
    {
        Directory.CreateDirectory(folder.File("run"));
        File.WriteAllText(folder.File("run/lock"), "");
        using RunFolder run = RunFolder.Create(folder.File("run"), Options);
        Assert.That(run.ReadOptions(), Is.EqualTo(Options));
    }

    [Test]
    public void RunsThatBeginAtTheSameTimeGetFoldersOfTheirOwn()
    {
        const int Runs = 16;
        ConcurrentBag<RunFolder> made = [];
        Thread[] threads = [.. Enumerable.Range(0, Runs).Select(_ => new Thread(() => made.Add(RunFolder.CreateNumbered(folder.File("run"), Options))))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(made.Select(run => run.Path).Distinct().Count(), Is.EqualTo(Runs));
        Assert.That(made.Select(run => run.Path), Does.Contain(folder.File("run")).And.Contain(folder.File("run-2")));
        foreach (RunFolder run in made)
            run.Dispose();
    }

    [Test]
    public void ARunThatDidNotCompleteAnEpochLeavesItsFolderToTheNext()
    {
        RunFolder.Create(folder.File("run"), Options).Dispose();
        using RunFolder next = RunFolder.Create(folder.File("run"), Options with { Seed = 7 });
        Assert.That(next.ReadOptions().Seed, Is.EqualTo(7));
    }

    [Test]
    public void TheRestOfAnotherRunIsNotTakenForOnesOwn([Values("history.csv", "best.safetensors", "last.safetensors", "resume.safetensors")] string rest)
    {
        Directory.CreateDirectory(folder.File("run"));
        File.WriteAllText(folder.File($"run/{rest}"), "of another run");
        Assert.That(() => RunFolder.Create(folder.File("run"), Options), Throws.TypeOf<InputException>().With.Message.Contains($"holds {rest} of a run whose config.json is gone"));
        Assert.That(File.ReadAllText(folder.File($"run/{rest}")), Is.EqualTo("of another run"));
    }

    [Test]
    [Platform("Linux,MacOsX", Reason = "Links need a right of their own under Windows.")]
    public void ALinkInARunFolderIsRefused(
        [Values("config.json", "history.csv", "histograms.csv", "best.safetensors", "last.safetensors", "resume.safetensors", "lock")] string name, [Values("outside", "nowhere")] string target)
    {
        File.WriteAllText(folder.File("outside"), "precious");
        RunFolder.Create(folder.File("run"), Options).Dispose();
        File.Delete(folder.File($"run/{name}"));
        File.CreateSymbolicLink(folder.File($"run/{name}"), folder.File(target));
        foreach (Action use in new Action[] { () => RunFolder.Open(folder.File("run")), () => RunFolder.Create(folder.File("run"), Options) })
            Assert.That(() => use(), Throws.TypeOf<InputException>().With.Message.Contains($"{folder.File($"run/{name}")}: expected a file of this run; found a link to"));
        Assert.That(File.ReadAllText(folder.File("outside")), Is.EqualTo("precious"));
        Assert.That(File.Exists(folder.File("nowhere")), Is.False);
    }

    [Test]
    [Platform("Linux,MacOsX", Reason = "Links need a right of their own under Windows.")]
    public void ALinkToARunFolderIsTheUsersOwn()
    {
        Directory.CreateDirectory(folder.File("elsewhere"));
        Directory.CreateSymbolicLink(folder.File("runs"), folder.File("elsewhere"));
        using RunFolder run = RunFolder.Create(folder.File("runs/run"), Options);
        Assert.That(File.Exists(folder.File("elsewhere/run/config.json")), Is.True);
    }

    [Test]
    public void ANameThatIsNoneIsRefused([Values("", " ")] string path)
    {
        Assert.That(() => RunFolder.Open(path), Throws.TypeOf<InputException>().With.Message.Contains("found an empty name"));
        Assert.That(() => RunFolder.Create(path, Options), Throws.TypeOf<InputException>().With.Message.Contains("found an empty name"));
    }
}
