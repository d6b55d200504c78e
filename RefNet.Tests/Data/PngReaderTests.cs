using NUnit.Framework;
using RefNet.Data;

namespace RefNet.Tests.Data;

/// <summary>PNG pictures: every kind that is read, every kind of damage that is refused.</summary>
[TestFixture]
public sealed class PngReaderTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void ReadsGreyOf8Bits() =>
        AssertPixels(Png.Write(3, 8, 0, [[0, 0, 100, 255], [0, 1, 2, 3]]), [0, 100, 255, 1, 2, 3]);

    [Test]
    public void ReadsGreyOfFewerBits()
    {
        AssertPixels(Png.Write(10, 1, 0, [[0, 0b10110000, 0b01000000]]), [255, 0, 255, 255, 0, 0, 0, 0, 0, 255]);
        AssertPixels(Png.Write(5, 2, 0, [[0, 0b00011011, 0b10000000]]), [0, 85, 170, 255, 170]);
        AssertPixels(Png.Write(3, 4, 0, [[0, 0x0F, 0x10]]), [0, 255, 17]);
    }

    [Test]
    public void ColoursBecomeGreyByTheirLuma() =>
        AssertPixels(Png.Write(5, 8, 2, [[0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30]]), [76, 150, 29, 255, 18]);

    [Test]
    public void WhitePaperShowsThroughWhatIsTransparent()
    {
        AssertPixels(Png.Write(3, 8, 4, [[0, 0, 0, 0, 255, 0, 128]]), [255, 0, 127]);
        AssertPixels(Png.Write(2, 8, 6, [[0, 255, 0, 0, 255, 255, 0, 0, 0]]), [76, 255]);
        AssertPixels(Png.Write(3, 8, 0, [[0, 7, 8, 9]], Png.Chunk("tRNS", [0, 8])), [7, 255, 9]);
        AssertPixels(Png.Write(2, 8, 2, [[0, 1, 2, 3, 3, 2, 1]], Png.Chunk("tRNS", [0, 1, 0, 2, 0, 3])), [255, 2]);
        AssertPixels(Png.Write(2, 1, 0, [[0, 0b01000000]], Png.Chunk("tRNS", [0, 0])), [255, 255]);
    }

    [Test]
    public void ReadsPalettes()
    {
        byte[] palette = Png.Chunk("PLTE", [0, 0, 0, 255, 255, 255, 255, 0, 0]);
        AssertPixels(Png.Write(3, 8, 3, [[0, 2, 0, 1]], palette), [76, 0, 255]);
        AssertPixels(Png.Write(3, 2, 3, [[0, 0b10000100]], palette), [76, 0, 255]);
        AssertPixels(Png.Write(3, 8, 3, [[0, 0, 1, 2]], palette, Png.Chunk("tRNS", [128])), [127, 255, 76]);
        AssertRefused(Png.Write(1, 8, 3, [[0, 3]], palette), "expected palette indices below 3; found 3");
        AssertRefused(Png.Write(1, 8, 3, [[0, 0]]), "expected palette indices below 0; found 0");
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void EveryFilterIsUndone(int filter)
    {
        // RGBA, so that "the byte to the left" is four bytes away. Random bytes are filtered here as section 9.2 says.
        const int Columns = 5, Rows = 4, Step = 4;
        byte[][] plain = [.. Enumerable.Range(0, Rows).Select(row => RandomBytes(row, Columns * Step))];
        byte[][] filtered = [.. Enumerable.Range(0, Rows).Select(row => (byte[])[(byte)filter, .. Enumerable.Range(0, Columns * Step).Select(i => Filtered(row, i))])];
        byte[][] unfiltered = [.. plain.Select(row => (byte[])[0, .. row])];

        Assert.That(Read(Png.Write(Columns, 8, 6, filtered)).Pixels.ToArray(), Is.EqualTo(Read(Png.Write(Columns, 8, 6, unfiltered)).Pixels.ToArray()));

        byte Filtered(int row, int i)
        {
            int a = i < Step ? 0 : plain[row][i - Step];
            int b = row == 0 ? 0 : plain[row - 1][i];
            int c = i < Step || row == 0 ? 0 : plain[row - 1][i - Step];
            int p = a + b - c;
            int nearest = new[] { a, b, c }.MinBy(value => Math.Abs(p - value)); // the first of equals, as the specification has it
            return (byte)(plain[row][i] - new[] { 0, a, b, (a + b) / 2, nearest }[filter]);
        }
    }

    [Test]
    public void DataMayStandInManyChunksAmongOthers()
    {
        byte[] data = Png.Compress([0, 1, 2, 0, 3, 4]);
        byte[] picture =
        [
            .. Png.Signature, .. Png.Header(2, 2, 8, 0), .. Png.Chunk("tEXt", [1, 2]),
            .. data.SelectMany(value => Png.Chunk("IDAT", [value])), .. Png.Chunk("IEND", []), 9, 9,
        ];
        AssertPixels(picture, [1, 2, 3, 4]);
    }

    [Test]
    public void AGoodPictureOfManyPackedBytesIsRead()
    {
        // Noise cannot be packed: from 2^31 / 1032 packed bytes on, what they may unpack to is no int.
        const int Size = 1500;
        byte[] noise = RandomBytes(1, Size * Size);
        GreyImage image = Read(Png.Write(new GreyImage(noise, Size, Size)));
        Assert.That(image.Pixels.SequenceEqual(noise), Is.True);
    }

    [Test]
    public void WhatIsNotReadSaysHowToConvertIt()
    {
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 16, 0)], "up to 8 bits per value; found 16. Convert it");
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 8, 0, interlace: 1)], "not interlaced; found an interlaced one. Convert it");
        AssertRefused([0xFF, 0xD8, 0xFF, 0xE0, 1], "f: expected a PNG or PGM picture; found a file that begins FFD8FFE001. Convert it");
        AssertRefused([], "found an empty file");
        AssertRefused("this is text"u8.ToArray(), "expected a PNG or PGM picture");
    }

    [Test]
    public void EveryTruncationAndEveryFlippedByteIsRefusedOrHarmless()
    {
        byte[] picture = Png.Write(3, 8, 0, [[0, 0, 100, 255], [4, 1, 2, 3]]);
        byte[] pixels = Read(picture).Pixels.ToArray();
        for (int i = 0; i < picture.Length; i++)
        {
            AssertRefused(picture[..i], "");
            byte[] damaged = [.. picture];
            damaged[i] ^= 0x55;
            string path = folder.Write("f", damaged);
            Assert.That(() => ImageFile.Read(path), Throws.TypeOf<InputException>(), $"byte {i}");
        }

        Assert.That(pixels, Has.Length.EqualTo(6));
    }

    [Test]
    public void HostileAndContradictoryPicturesAreRefused()
    {
        AssertRefused([.. Png.Signature, .. Png.Header(int.MaxValue, int.MaxValue, 8, 6)], "expected a picture of 1 to 67108864 pixels; found 2147483647x2147483647");
        AssertRefused([.. Png.Signature, .. Png.Header(-1, 1, 8, 6)], "found 4294967295x1");
        AssertRefused([.. Png.Signature, .. Png.Header(0, 5, 8, 0)], "found 0x5");
        AssertRefused([.. Png.Signature, .. Png.Header(8000, 8000, 8, 6), .. Png.Chunk("IDAT", Png.Compress([0])), .. Png.Chunk("IEND", [])], "which cannot hold them");
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 8, 5)], "found type 5 with 8 bits");
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 4, 2)], "found type 2 with 4 bits");
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 3, 0)], "found type 0 with 3 bits");
        AssertRefused([.. Png.Signature, .. Png.Chunk("IDAT", [])], "expected IHDR as the first chunk, and only there; found IDAT");
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 8, 0), .. Png.Header(1, 1, 8, 0)], "found IHDR at byte 33");
        AssertRefused(Png.Write(1, 8, 0, [[0, 0]], Png.Chunk("ABCD", [])), "found ABCD");
        AssertRefused(Png.Write(2, 8, 0, [[0, 0]]), "expected 3 bytes of pixels; found 2");
        AssertRefused(Png.Write(1, 8, 0, [[0, 0, 0]]), "expected 2 bytes of pixels; found more");
        AssertRefused(Png.Write(1, 8, 0, [[5, 0]]), "expected filters 0 to 4; found 5 in row 0");
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 8, 0), .. Png.Chunk("IDAT", [1, 2, 3, 4]), .. Png.Chunk("IEND", [])], "corrupt");
    }

    private static byte[] RandomBytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        RefNet.Randomness.Seeds.Create(seed).NextBytes(bytes);
        return bytes;
    }

    private GreyImage Read(byte[] picture) => ImageFile.Read(folder.Write("f", picture));

    private void AssertPixels(byte[] picture, byte[] expected) => Assert.That(Read(picture).Pixels.ToArray(), Is.EqualTo(expected));

    private void AssertRefused(byte[] picture, string part)
    {
        string path = folder.Write("f", picture);
        Assert.That(() => ImageFile.Read(path), Throws.TypeOf<InputException>().With.Message.Contains(part));
    }
}
