using System.IO.Compression;
using NUnit.Framework;
using RefNet.Data;

namespace RefNet.Tests.Data;

/// <summary>The IDX reader takes exactly what the header says, packed or not, and names what else it finds.</summary>
[TestFixture]
public sealed class IdxFileTests
{
    private static readonly byte[] Good = DataFolder.Idx([2, 3, 4], [.. Enumerable.Range(1, 24).Select(n => (byte)n)]);

    private static readonly byte[] EmptyMember = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void ReadsWhatWasWritten([Values] bool packed)
    {
        IdxFile file = IdxFile.Read(folder.Write("f", packed ? DataFolder.Gzip(Good) : Good), axes: 3);
        Assert.That(file.Extents, Is.EqualTo(new[] { 2, 3, 4 }));
        Assert.That(file.Elements.ToArray(), Is.EqualTo(Enumerable.Range(1, 24)));
        Assert.That(file.Sha256(), Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Good))));
    }

    [Test]
    public void ReadsGzipWithAllOptionalFields()
    {
        byte[] plain = DataFolder.Gzip(Good);
        // Header checksum, extra field, name and comment, as RFC 1952 orders them.
        byte[] header = [.. plain[..3], 1 | 2 | 4 | 8 | 16, .. plain[4..10], 3, 0, 7, 7, 7, (byte)'n', 0, (byte)'c', 0];
        header = [.. header, .. BitConverter.GetBytes((ushort)Crc32.Compute(header))];
        Assert.That(IdxFile.Read(folder.Write("f", [.. header, .. plain[10..]]), 3).Elements.Length, Is.EqualTo(24));
        AssertRefused([.. header[..^1], (byte)(header[^1] ^ 1), .. plain[10..]], 3, "expected the checksum of the gzip header");
        for (int length = 0; length < header.Length; length++)
            AssertRefused([.. header[..length], .. new byte[12]], axes: 3);
    }

    [Test]
    public void ReadsStoredBlocksAndEmptyArrays()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.NoCompression))
            gzip.Write(Good);
        Assert.That(IdxFile.Read(folder.Write("f", packed.ToArray()), 3).Elements.Length, Is.EqualTo(24));
        Assert.That(IdxFile.Read(folder.Write("e", DataFolder.Gzip(DataFolder.Idx([0], []))), 1).Elements.Length, Is.Zero);
    }

    [TestCase(3, 0x20, "flags 20")]
    [TestCase(3, 0x80, "flags 80")]
    [TestCase(2, 7, "method 7")]
    public void WhatGzipReservesIsRefused(int place, byte value, string found)
    {
        byte[] packed = DataFolder.Gzip(Good);
        packed[place] = value;
        AssertRefused(packed, 3, found);
    }

    [Test]
    public void ReadsSeveralMembersAndZerosAfterThem()
    {
        byte[] halves = [.. DataFolder.Gzip(Good[..17]), .. DataFolder.Gzip(Good[17..])];
        foreach (byte[] whole in new byte[][]
        {
            halves, [.. halves, .. new byte[512]], [.. DataFolder.Gzip(Good), .. new byte[1]],
            [.. EmptyMember, .. DataFolder.Gzip(Good)], [.. DataFolder.Gzip(Good), .. EmptyMember, .. EmptyMember],
        })
        {
            Assert.That(IdxFile.Read(folder.Write("f", whole), 3).Elements.ToArray(), Is.EqualTo(Good[16..]), Convert.ToHexString(whole));
        }

        for (int length = DataFolder.Gzip(Good[..17]).Length; length < halves.Length; length++)
            AssertRefused(halves[..length], 3);
    }

    // 70 MB of zeros pack into 68 KB: refused at 64 MB, whatever the last bytes say of the length.
    [Test]
    public void ContentsThatPackBetterThanImagesAreRefused() =>
        AssertRefused(DataFolder.Gzip(new byte[70 << 20]), 3, "expected contents of at most 67108864 bytes, 200 times as many as are packed");

    [Test]
    public void EveryTruncationIsRefused([Values] bool packed)
    {
        byte[] bytes = packed ? DataFolder.Gzip(Good) : Good;
        for (int length = 0; length < bytes.Length; length++)
            AssertRefused(bytes[..length], axes: 3);
    }

    [Test]
    public void TheMessageNamesFileExpectedFoundAndWhatToDo()
    {
        AssertRefused(Good[..39], 3, "f: expected 40 bytes, as its header says (2x3x4); found 39 (it is truncated). Get the file again.");
        AssertRefused([.. Good, 0], 3, "f: expected 40 bytes, as its header says (2x3x4); found 41 (it is padded). Get the file again.");
        AssertRefused([], 1, "f: expected a file with contents; found an empty file, a pipe or a device.");
        AssertRefused(Good[..10], 3, "expected a header of 16 bytes; found 10");
        AssertRefused(Good, 1, "expected an IDX file of bytes with 1 axes, which begins 00000801; found 00000803.");
        AssertRefused("<!DOCTYPE html>"u8.ToArray(), 3, "found 3C21444F");
        AssertRefused(DataFolder.Gzip(Good[..39]), 3, "found 39 (it is truncated)");
        AssertRefused(DataFolder.Gzip([.. Good, 0]), 3, "found 41 (it is padded)");
    }

    [Test]
    public void NoFlippedBitOfGzipDataGivesOtherElements()
    {
        byte[] packed = DataFolder.Gzip(Good);
        int refused = 0;
        for (int bit = 0; bit < 8 * packed.Length; bit++)
        {
            byte[] damaged = [.. packed];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            string path = folder.Write("f", damaged);
            try
            {
                Assert.That(IdxFile.Read(path, 3).Elements.ToArray(), Is.EqualTo(Good[16..]), $"bit {bit} was flipped");
            }
            catch (InputException)
            {
                refused++;
            }
        }

        // What may differ without harm: time and system in the header (48 bits), some flags, bits that only pad.
        Assert.That(refused, Is.GreaterThan(8 * packed.Length - 80));
    }

    [Test]
    public void WhatFollowsGzipDataIsRefused()
    {
        byte[] packed = DataFolder.Gzip(Good);
        AssertRefused([.. packed, 1, 2, 3], 3, "f: expected gzip members up to the end of the file; found 3 other bytes after the last member.");
        AssertRefused([.. packed, 0, 0, 1], 3, "found 3 other bytes");
        AssertRefused([.. packed, .. packed], 3, "f: expected 40 bytes, as its header says (2x3x4); found 80 (it is padded).");
    }

    [Test]
    public void HugeExtentsAreRefusedBeforeMemoryIsTaken()
    {
        AssertRefused(DataFolder.Idx([-1, -1, -1], [1]), 3, "found 17 (it is truncated)");
        AssertRefused(DataFolder.Gzip(DataFolder.Idx([int.MaxValue, 28, 28], [1])), 3, "truncated");
        byte[] packed = DataFolder.Gzip(Good);
        AssertRefused([.. packed[..^4], 0xFF, 0xFF, 0xFF, 0xFF], 3, "the checksum does not agree");
    }

    [Test]
    public void MissingFilesFoldersAndDevicesAreRefused()
    {
        Assert.That(() => IdxFile.Read(folder.File("none"), 1), Throws.TypeOf<InputException>().With.Message.Contains("none: expected a file; found nothing."));
        Assert.That(() => IdxFile.Read(folder.Path, 1), Throws.TypeOf<InputException>().With.Message.Contains("found a folder"));
        if (File.Exists("/dev/zero"))
            Assert.That(() => IdxFile.Read("/dev/zero", 1), Throws.TypeOf<InputException>().With.Message.Contains("device"));
    }

    [Test]
    [Platform("Linux", Reason = "The test makes a pipe with mkfifo.")]
    [CancelAfter(20_000)]
    public void APipeThatNobodyWritesIntoIsRefusedAtOnce(CancellationToken patience)
    {
        System.Diagnostics.Process.Start("mkfifo", folder.File("pipe")).WaitForExit();
        File.CreateSymbolicLink(folder.File("link"), folder.File("pipe"));
        foreach (string name in new[] { "pipe", "link" })
        {
            Task<IdxFile> read = Task.Run(() => IdxFile.Read(folder.File(name), 1), patience);
            Assert.That(() => read.WaitAsync(patience), Throws.TypeOf<InputException>().With.Message.Contains("found an empty file, a pipe or a device"));
        }
    }

    private void AssertRefused(byte[] bytes, int axes, string part = "f: expected ")
    {
        string path = folder.Write("f", bytes);
        Assert.That(() => IdxFile.Read(path, axes), Throws.TypeOf<InputException>().With.Message.Contains(part), Convert.ToHexString(bytes));
    }
}
