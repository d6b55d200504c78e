using System.Diagnostics;
using System.Text;
using NUnit.Framework;
using RefNet.Tests.Data;

namespace RefNet.Tests;

/// <summary>The one reader of users' files refuses at once what is no regular file, and what is too long for its kind.</summary>
[TestFixture]
public sealed class InputFileTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void AFileIsReadWhole()
    {
        Assert.That(InputFile.Read(folder.Write("f", [1, 2, 3]), most: 3), Is.EqualTo(new byte[] { 1, 2, 3 }));
        File.CreateSymbolicLink(folder.File("link"), folder.File("f"));
        File.CreateSymbolicLink(folder.File("link to link"), folder.File("link"));
        Assert.That(InputFile.Read(folder.File("link to link"), most: 3), Has.Length.EqualTo(3));
    }

    [Test]
    public void WhatIsNoFileIsRefusedWithWhatItIs()
    {
        File.CreateSymbolicLink(folder.File("nowhere"), folder.File("gone"));
        File.CreateSymbolicLink(folder.File("circle"), folder.File("circle"));
        File.CreateSymbolicLink(folder.File("to folder"), folder.Path);
        folder.Write("empty", []);
        AssertRefused(folder.File("none"), "found nothing");
        AssertRefused("", "found nothing");
        AssertRefused("a\0b", "found nothing");
        AssertRefused(folder.Path, "found a folder");
        AssertRefused(folder.File("to folder"), "found a folder");
        AssertRefused(folder.File("nowhere"), "gone, where no file is");
        AssertRefused(folder.File("circle"), "a link that leads to itself");
        AssertRefused(folder.File("empty"), "found an empty file, a pipe or a device");
    }

    [Test]
    public void ALinkThatLeadsNowhereIsThere()
    {
        File.CreateSymbolicLink(folder.File("nowhere"), folder.File("gone"));
        Assert.That(InputFile.IsThere(folder.File("nowhere")), "an optional file must not be passed over in silence");
        Assert.That(InputFile.IsThere(folder.File("none")), Is.False);
        Assert.That(InputFile.IsThere(""), Is.False);
    }

    [Test]
    [Platform("Linux", Reason = "The test makes a pipe with mkfifo.")]
    [CancelAfter(20_000)]
    public void PipesAndDevicesAreRefusedAtOnce(CancellationToken patience)
    {
        Process.Start("mkfifo", folder.File("pipe")).WaitForExit();
        File.CreateSymbolicLink(folder.File("link"), folder.File("pipe"));
        File.CreateSymbolicLink(folder.File("zero"), "/dev/zero");
        foreach (string path in new[] { folder.File("pipe"), folder.File("link"), folder.File("zero"), "/dev/zero", "/dev/null" })
        {
            Task<byte[]> read = Task.Run(() => InputFile.Read(path, FileLimits.List), patience);
            Assert.That(() => read.WaitAsync(patience), Throws.TypeOf<InputException>().With.Message.Contains("a pipe or a device"), path);
        }
    }

    [Test]
    public void ALongFileIsRefusedBeforeMemoryIsTaken()
    {
        using (FileStream sparse = File.Create(folder.File("f")))
            sparse.SetLength(3L << 30);
        AssertRefused(folder.File("f"), "expected a file of 1 to 16777216 bytes; found 3221225472 bytes", FileLimits.History);
        AssertRefused(folder.File("f"), "found 3221225472 bytes", FileLimits.Weights);
        AssertRefused(folder.Write("g", new byte[11]), "expected a file of 1 to 10 bytes; found 11 bytes", most: 10);
    }

    [Test]
    public void AByteOrderMarkIsNoText()
    {
        Assert.That(InputFile.ReadText(folder.Write("f", [0xEF, 0xBB, 0xBF, .. "ü{}"u8]), 100), Is.EqualTo("ü{}"));
        Assert.That(InputFile.ReadText(folder.Write("f", [.. "ü{}"u8]), 100), Is.EqualTo("ü{}"));
    }

    [Test]
    public void OtherEncodingsAreRefusedByName()
    {
        foreach (Encoding utf16 in new[] { Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            AssertNoText([.. utf16.GetPreamble(), .. utf16.GetBytes("{}")], "the byte-order mark of UTF-16");
            AssertNoText(utf16.GetBytes("{}"), "bytes of 0, as in UTF-16");
        }

        AssertNoText(Encoding.Latin1.GetBytes("grün"), "bytes FC");

        void AssertNoText(byte[] bytes, string found) =>
            Assert.That(() => InputFile.ReadText(folder.Write("f", bytes), 100), Throws.TypeOf<InputException>().With.Message.Contains(found).And.Message.Contains("UTF-8"));
    }

    [TestCase("a\nb\n")]
    [TestCase("a\r\nb")]
    [TestCase("a\rb\r")]
    public void LinesEndInAnyOfThreeWays(string text) =>
        Assert.That(InputFile.ReadLines(folder.Write("f", Encoding.UTF8.GetBytes(text)), 100), Is.EqualTo(new[] { "a", "b" }));

    private static void AssertRefused(string path, string found, int most = FileLimits.List) =>
        Assert.That(() => InputFile.Read(path, most), Throws.TypeOf<InputException>().With.Message.Contains(found));
}
