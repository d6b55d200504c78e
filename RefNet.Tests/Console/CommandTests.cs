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
