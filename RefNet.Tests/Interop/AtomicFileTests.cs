using System.Runtime.Versioning;
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

    // The user named f, and nothing else: no name beside it is free to be taken.
    [Test]
    public void FilesBesideItStayAsTheyAre()
    {
        string[] beside = ["f.new", "f.tmp", "f~", ".f"];
        foreach (string name in beside)
            folder.Write(name, "mine"u8.ToArray());
        AtomicFile.Write(folder.File("f"), stream => stream.Write("old"u8));
        AtomicFile.CheckWritable(folder.File("f"));
        Assert.That(() => AtomicFile.Write(folder.File("f"), _ => throw new IOException("No space left on device")), Throws.TypeOf<IOException>());
        AtomicFile.Write(folder.File("f"), stream => stream.Write("new"u8));
        foreach (string name in beside)
            Assert.That(File.ReadAllText(folder.File(name)), Is.EqualTo("mine"), name);
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(beside.Length + 1));
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform("Linux,MacOsX", Reason = "Permissions are set as Unix has them.")]
    public void AFileThatIsReplacedKeepsItsPermissionsFromTheFirstByteOn([Values("600", "640", "666", "755")] string octal)
    {
        UnixFileMode mode = (UnixFileMode)Convert.ToInt32(octal, 8);
        folder.Write("f", "old"u8.ToArray());
        File.SetUnixFileMode(folder.File("f"), mode);
        AtomicFile.Write(folder.File("f"), stream =>
        {
            stream.Write("new"u8);
            Assert.That(File.GetUnixFileMode(((FileStream)stream).Name) & ~mode, Is.EqualTo(UnixFileMode.None), "the new file is open to nobody that the old one was closed to");
        });
        Assert.That(File.GetUnixFileMode(folder.File("f")), Is.EqualTo(mode));
    }

    [Test]
    [Platform("Linux,MacOsX", Reason = "Links need a right of their own under Windows.")]
    public void AReplacedLinkBecomesAFileAndWhatItLedToStays([Values("", "old")] string before)
    {
        string outside = folder.Write("outside", System.Text.Encoding.UTF8.GetBytes(before));
        File.CreateSymbolicLink(folder.File("f"), outside);
        AtomicFile.Replace(folder.File("f"), stream => stream.Write("new"u8));
        Assert.That(new FileInfo(folder.File("f")).LinkTarget, Is.Null);
        Assert.That(File.ReadAllText(folder.File("f")), Is.EqualTo("new"));
        Assert.That(File.ReadAllText(outside), Is.EqualTo(before));
    }

    [Test]
    public void AFolderThatIsMissingOrInTheWayIsAnError()
    {
        Assert.That(() => AtomicFile.Write(folder.File("none/f"), _ => { }), Throws.InstanceOf<IOException>());
        Directory.CreateDirectory(folder.File("f"));
        Assert.That(() => AtomicFile.Write(folder.File("f"), _ => { }), Throws.InstanceOf<IOException>().Or.TypeOf<UnauthorizedAccessException>());
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.EqualTo(new[] { folder.File("f") }));
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
