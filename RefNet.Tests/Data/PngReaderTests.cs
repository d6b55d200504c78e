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
    public void ColoursAndAlphaAreKept()
    {
        AssertPicture(Png.Write(2, 8, 6, [[0, 1, 2, 3, 4, 5, 6, 7, 8]]), channels: 4, [1, 2, 3, 4, 5, 6, 7, 8]);
        AssertPicture(Png.Write(1, 8, 2, [[0, 1, 2, 3]]), channels: 3, [1, 2, 3]);
        AssertPicture(Png.Write(2, 8, 2, [[0, 1, 2, 3, 3, 2, 1]], Png.Chunk("tRNS", [0, 1, 0, 2, 0, 3])), channels: 4, [1, 2, 3, 0, 3, 2, 1, 255]);
        AssertPicture(Png.Write(1, 8, 4, [[0, 9, 8]]), channels: 2, [9, 8]);
        AssertPicture(Png.Write(2, 1, 3, [[0, 0b01000000]], Png.Chunk("PLTE", [1, 2, 3, 4, 5, 6]), Png.Chunk("tRNS", [7])), channels: 4, [1, 2, 3, 7, 4, 5, 6, 255]);
    }

    [Test]
    public void ValuesOf16BitsAreRounded()
    {
        AssertPicture(Png.Write(4, 16, 0, [[0, 0xFF, 0xFF, 0x01, 0x80, 0x01, 0x81, 0, 0]]), channels: 1, [255, 1, 1, 0]);
        AssertPicture(Png.Write(1, 16, 6, [[0, 0x10, 0x10, 0x20, 0x20, 0x30, 0x30, 0x40, 0x40]]), channels: 4, [0x10, 0x20, 0x30, 0x40]);
        AssertPicture(Png.Write(2, 16, 0, [[0, 0x12, 0x34, 0x12, 0x35]], Png.Chunk("tRNS", [0x12, 0x34])), channels: 2, [0x12, 0, 0x12, 255]);
    }

    // Adam7, section 8.2: the pass of each pixel of a block of 8x8.
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(8)]
    [TestCase(13)]
    public void InterlacedPicturesAreRead(int size)
    {
        int[][] passes =
        [
            [1, 6, 4, 6, 2, 6, 4, 6], [7, 7, 7, 7, 7, 7, 7, 7], [5, 6, 5, 6, 5, 6, 5, 6], [7, 7, 7, 7, 7, 7, 7, 7],
            [3, 6, 4, 6, 3, 6, 4, 6], [7, 7, 7, 7, 7, 7, 7, 7], [5, 6, 5, 6, 5, 6, 5, 6], [7, 7, 7, 7, 7, 7, 7, 7],
        ];
        byte[] pixels = RandomBytes(size, size * size);
        byte[] laced =
        [
            .. from pass in Enumerable.Range(1, 7)
               from row in Enumerable.Range(0, size)
               let columns = Enumerable.Range(0, size).Where(column => passes[row % 8][column % 8] == pass).ToArray()
               where columns.Length > 0
               from value in columns.Select(column => pixels[row * size + column]).Prepend((byte)0)
               select value,
        ];
        AssertPixels([.. Png.Signature, .. Png.Header(size, size, 8, 0, interlace: 1), .. Png.Chunk("IDAT", Png.Compress(laced)), .. Png.Chunk("IEND", [])], pixels);
    }

    [Test]
    public void WhatIsNotReadIsCalledByItsName()
    {
        AssertRefused([.. Png.Signature, .. Png.Chunk("CgBI", [0x50, 0, 0x20, 2]), .. Png.Header(1, 1, 8, 6)], "found Apple's variant (CgBI)");
        AssertRefused([.. "GIF89a"u8], "f: expected a PNG, JPEG, PGM or PPM picture; found a GIF picture. Save it as PNG");
        AssertRefused([.. "BM6"u8], "found a BMP picture");
        AssertRefused([.. "RIFF\u0001\u0001\u0001\u0001WEBPVP8 "u8], "found a WebP picture");
        AssertRefused([0, 0, 0, 0x18, .. "ftypheic"u8], "found a HEIC picture");
        AssertRefused([.. "II*\0"u8, 8], "found a TIFF picture");
        AssertRefused([1, 2, 3], "found a file that begins 010203");
        AssertRefused([], "found an empty file");
        AssertRefused("this is text"u8.ToArray(), "expected a PNG, JPEG");
    }

    [Test]
    public void PackedPixelsAreChecked()
    {
        byte[] data = Png.Compress([0, 1, 2, 0, 3, 4]);
        AssertRefused(WithData([.. data[..^1], (byte)(data[^1] ^ 1)]), "corrupt"); // Adler-32
        AssertRefused(WithData([data[0], 0xBB, 0, 0, 0, 1, .. data[2..]]), "a preset dictionary");
        AssertRefused(WithData([0x79, .. data[1..]]), "corrupt");
        AssertPixels(WithData([.. data, 1, 2, 3]), [1, 2, 3, 4]);

        static byte[] WithData(byte[] data) => [.. Png.Signature, .. Png.Header(2, 2, 8, 0), .. Png.Chunk("IDAT", data), .. Png.Chunk("IEND", [])];
    }

    [Test]
    public void ClearPixelsCanBeToldFromWhiteOnes()
    {
        Picture white = ImageFile.ReadPicture(folder.Write("f", Png.Write(2, 8, 4, [[0, 255, 255, 255, 0]])));
        Assert.That(white.ToGrey().Pixels.ToArray(), Is.EqualTo(new byte[] { 255, 255 }), "white on white paper");
        Assert.That(white.ToGrey(paper: 0).Pixels.ToArray(), Is.EqualTo(new byte[] { 255, 0 }), "white on black paper");
        Assert.That(white.Alpha()!.Pixels.ToArray(), Is.EqualTo(new byte[] { 255, 0 }));
        Assert.That(ImageFile.ReadPicture(folder.Write("f", Png.Write(2, 8, 4, [[0, 3, 255, 4, 255]]))).Alpha(), Is.Null, "nothing is clear");
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
        AssertRefused([.. Png.Signature, .. Png.Header(int.MaxValue, int.MaxValue, 8, 6)], "expected a picture of 1 to 52428800 pixels; found 2147483647x2147483647");
        AssertRefused([.. Png.Signature, .. Png.Header(-1, 1, 8, 6)], "found 4294967295x1");
        AssertRefused([.. Png.Signature, .. Png.Header(0, 5, 8, 0)], "found 0x5");
        AssertRefused([.. Png.Signature, .. Png.Header(7000, 7000, 8, 6), .. Png.Chunk("IDAT", Png.Compress([0])), .. Png.Chunk("IEND", [])], "which cannot hold them");
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 8, 5)], "found type 5 with 8 bits");
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 4, 2)], "found type 2 with 4 bits");
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 3, 0)], "found type 0 with 3 bits");
        AssertRefused([.. Png.Signature, .. Png.Chunk("IDAT", [])], "expected IHDR as the first chunk, and only there; found IDAT");
        AssertRefused([.. Png.Signature, .. Png.Header(1, 1, 8, 0), .. Png.Header(1, 1, 8, 0)], "found IHDR at byte 33");
        AssertRefused(Png.Write(1, 8, 0, [[0, 0]], Png.Chunk("ABCD", [])), "found ABCD");
        AssertRefused(Png.Write(2, 8, 0, [[0, 0]]), "expected the pixels of 2x1; found fewer");
        AssertRefused(Png.Write(1, 8, 0, [[0, 0, 0]]), "expected the end of the packed pixels; found more");
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

    private void AssertPicture(byte[] file, int channels, byte[] values)
    {
        Picture picture = ImageFile.ReadPicture(folder.Write("f", file));
        Assert.That((picture.Channels, Convert.ToHexString(picture.Values)), Is.EqualTo((channels, Convert.ToHexString(values))));
    }

    private void AssertRefused(byte[] picture, string part)
    {
        string path = folder.Write("f", picture);
        Assert.That(() => ImageFile.Read(path), Throws.TypeOf<InputException>().With.Message.Contains(part));
    }
}
