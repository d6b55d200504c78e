using NUnit.Framework;
using RefNet.Interop;
using RefNet.Tests.Data;

namespace RefNet.Tests.Interop;

/// <summary>A file is either the old one or the new one, whatever goes wrong.</summary>
[TestFixture]
public sealed class AtomicFileTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void MakesAndReplacesAFile()
    {
        AtomicFile.Write(folder.File("f"), stream => stream.Write("old and long"u8));
        AtomicFile.Write(folder.File("f"), stream => stream.Write("new"u8));
        AssertFolderHasOnly("f", "new");
    }

    [Test]
    public void AFailureLeavesTheOldFileAlone()
    {
        folder.Write("f", "old"u8.ToArray());
        Assert.That(() => AtomicFile.Write(folder.File("f"), stream =>
        {
            stream.Write("half of the n"u8);
            throw new IOException("No space left on device");
        }), Throws.TypeOf<IOException>());
        AssertFolderHasOnly("f", "old");
    }

    [Test]
    public void WhatAKilledProcessLeftIsReplaced()
    {
        folder.Write("f", "old"u8.ToArray());
        folder.Write("f.new", "half of the n"u8.ToArray());
        AtomicFile.Write(folder.File("f"), stream => stream.Write("new"u8));
        AssertFolderHasOnly("f", "new");
    }

    [Test]
    public void AFolderThatIsMissingOrInTheWayIsAnError()
    {
        Assert.That(() => AtomicFile.Write(folder.File("none/f"), _ => { }), Throws.InstanceOf<IOException>());
        Directory.CreateDirectory(folder.File("f"));
        Assert.That(() => AtomicFile.Write(folder.File("f"), _ => { }), Throws.InstanceOf<IOException>().Or.TypeOf<UnauthorizedAccessException>());
        Assert.That(File.Exists(folder.File("f.new")), Is.False);
    }

    private void AssertFolderHasOnly(string name, string contents)
    {
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.EqualTo(new[] { folder.File(name) }));
        Assert.That(File.ReadAllText(folder.File(name)), Is.EqualTo(contents));
    }
}
