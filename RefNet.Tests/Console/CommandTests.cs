using NUnit.Framework;
using RefNet.Tests.Data;
using RefNet.Tests.Training;

namespace RefNet.Tests.Console;

/// <summary>Tests of a command on a small set that is quick to learn. Each test has a folder of its own for what the command writes.</summary>
public abstract class CommandTests
{
    /// <summary>The folder of the set.</summary>
    private protected DataFolder Bars { get; private set; } = null!;

    /// <summary>The folder to write into.</summary>
    private protected DataFolder Folder { get; private set; } = null!;

    [SetUp]
    public void MakeFolders() => (Bars, Folder) = (DataFolder.With(SyntheticData.Create()), new DataFolder());

    [TearDown]
    public void RemoveFolders()
    {
        Bars.Dispose();
        Folder.Dispose();
    }

    /// <summary>The words of a command that trains a model on the set for two epochs, in a folder in <see cref="Folder"/>.</summary>
    private protected string[] Arguments(string run, string model) =>
        ["train", model, "--data", Bars.Path, "--out", Folder.File(run), "--epochs", "2", "--batch-size", "20", "--validation", "60"];

    /// <summary>Trains a model so.</summary>
    private protected Refnet.Result Train(string run, string model, params string[] more) => Refnet.Run([.. Arguments(run, model), .. more]);

    /// <summary>The first line of an output that begins so.</summary>
    private protected static string Line(Refnet.Result result, string start) =>
        result.Output.Split('\n').First(line => line.StartsWith(start, StringComparison.Ordinal)).TrimEnd();
}

/// <summary>The same where all tests of a class share the folders, such as runs that are trained once.</summary>
public abstract class SharedCommandTests
{
    /// <summary>The folder of the set.</summary>
    private protected DataFolder Bars { get; private set; } = null!;

    /// <summary>The folder to write into.</summary>
    private protected DataFolder Folder { get; private set; } = null!;

    [OneTimeSetUp]
    public void MakeFolders() => (Bars, Folder) = (DataFolder.With(SyntheticData.Create()), new DataFolder());

    [OneTimeTearDown]
    public void RemoveFolders()
    {
        Bars.Dispose();
        Folder.Dispose();
    }
}
