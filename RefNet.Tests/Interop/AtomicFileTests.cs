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
    public void WhetherAFileCanBeMadeShowsBeforeItIsWritten()
    {
        folder.Write("f", "old"u8.ToArray());
        AtomicFile.CheckWritable(folder.File("f"));
        AtomicFile.CheckWritable(folder.File("new"));
        AssertFolderHasOnly("f", "old");
        Assert.That(() => AtomicFile.CheckWritable(folder.File("none/f")), Throws.InstanceOf<IOException>());
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

    [Test]
    [Platform("Linux", Reason = "The test writes to files in /dev.")]
    public void ADeviceIsWrittenIntoAndStaysADevice()
    {
        AtomicFile.Write("/dev/null", stream => stream.Write("gone"u8));
        Assert.That(File.ReadAllBytes("/dev/null"), Is.Empty);
        Assert.That(() => AtomicFile.Write("/dev/full", stream => stream.Write("too much"u8)), Throws.TypeOf<IOException>());
    }

    [Test]
    [Platform("Linux,MacOsX", Reason = "Links need a right of their own under Windows.")]
    public void ALinkStaysALinkToTheFileThatIsReplaced([Values("", "old")] string before)
    {
        folder.Write("f", System.Text.Encoding.UTF8.GetBytes(before));
        File.CreateSymbolicLink(folder.File("link"), folder.File("f"));
        AtomicFile.Write(folder.File("link"), stream => stream.Write("new"u8));
        Assert.That(new FileInfo(folder.File("link")).LinkTarget, Is.EqualTo(folder.File("f")));
        Assert.That(File.ReadAllText(folder.File("f")), Is.EqualTo("new"));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(2));
    }

    private void AssertFolderHasOnly(string name, string contents)
    {
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.EqualTo(new[] { folder.File(name) }));
        Assert.That(File.ReadAllText(folder.File(name)), Is.EqualTo(contents));
    }
}
