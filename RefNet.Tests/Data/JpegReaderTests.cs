using NUnit.Framework;
using RefNet.Data;

namespace RefNet.Tests.Data;

/// <summary>JPEG pictures as cameras and programs write them, upright, and damaged ones.</summary>
[TestFixture]
public sealed class JpegReaderTests
{
    private static readonly int[] Red = [255, 0, 0], Green = [0, 255, 0], Blue = [0, 0, 255], White = [255, 255, 255];

    private static IEnumerable<TestCaseData> Pictures()
    {
        yield return new TestCaseData(Jpegs.Baseline).SetArgDisplayNames("baseline");
        yield return new TestCaseData(Jpegs.Progressive).SetArgDisplayNames("progressive");
        yield return new TestCaseData(Jpegs.Cmyk).SetArgDisplayNames("CMYK");
    }

    // Quality 50 rounds each colour by a few steps: Pillow reads (254, 0, 0) and the like.
    [TestCaseSource(nameof(Pictures))]
    public void ColoursAreRead(byte[] file)
    {
        Picture picture = ImageFile.Decode("f", file);
        Assert.That((picture.Rows, picture.Columns, picture.Channels), Is.EqualTo((16, 16, 3)));
        AssertCorners(picture, Red, Green, Blue, White);
    }

    [Test]
    public void GreyIsReadAsGrey()
    {
        Picture picture = ImageFile.Decode("f", Jpegs.Grey);
        Assert.That(picture.Channels, Is.EqualTo(1));
        AssertCorners(picture, [76], [150], [29], [255]);
    }

    // Four pixels share a colour: the luma stays that of each.
    [Test]
    public void ColoursOfHalfTheSizeAreEnlarged() =>
        Assert.That(ImageFile.Decode("f", Jpegs.HalfColours).ToGrey()[4, 4], Is.EqualTo(76).Within(12));

    // Where the upright picture has its four corners, for each way to hold a camera.
    [TestCase(1, "RGBW")]
    [TestCase(2, "GRWB")]
    [TestCase(3, "WBGR")]
    [TestCase(4, "BWRG")]
    [TestCase(5, "RBGW")]
    [TestCase(6, "BRWG")]
    [TestCase(7, "WGBR")]
    [TestCase(8, "GWRB")]
    public void ThePictureIsTurnedUpright(int orientation, string corners)
    {
        foreach (bool isLittle in new[] { true, false })
        {
            Dictionary<char, int[]> colours = new() { ['R'] = Red, ['G'] = Green, ['B'] = Blue, ['W'] = White };
            int[][] expected = [.. corners.Select(corner => colours[corner])];
            AssertCorners(ImageFile.Decode("f", WithExif(Jpegs.Baseline, Exif(orientation, isLittle))), expected[0], expected[1], expected[2], expected[3]);
        }
    }

    [Test]
    public void ATurnedPictureSwapsRowsAndColumns()
    {
        Picture turned = JpegOrientation.Apply(new Picture([1, 2, 3, 4, 5, 6], rows: 2, columns: 3, channels: 1), 6);
        Assert.That((turned.Rows, turned.Columns), Is.EqualTo((3, 2)));
        Assert.That(turned.Values.ToArray(), Is.EqualTo(new byte[] { 4, 1, 5, 2, 6, 3 }), "turned by 90 degrees clockwise");
    }

    [Test]
    public void DamagedExifDataSpoilNoPicture()
    {
        byte[] exif = Exif(6, isLittle: true);
        for (int i = 6; i < exif.Length; i++)
        {
            byte[] damaged = [.. exif];
            damaged[i] = 0xFF;
            Assert.That(() => ImageFile.Decode("f", WithExif(Jpegs.Baseline, damaged)), Throws.Nothing, $"byte {i}");
            Assert.That(() => ImageFile.Decode("f", WithExif(Jpegs.Baseline, exif[..i])), Throws.Nothing, $"{i} bytes");
        }
    }

    [Test]
    public void WhatCannotBeReadIsRefused()
    {
        AssertRefused([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2], "expected a frame with the size of a JPEG picture; found none");
        AssertRefused(WithFrame(3, [0xFF, 0xFF, 0xFF, 0xFF]), "expected a picture of 1 to 52428800 pixels; found 65535x65535");
        AssertRefused(WithFrame(3, [0x10, 0, 0x10, 0]), "which cannot hold them");
        AssertRefused(WithFrame(3, [0, 0]), "found 16x0");
        AssertRefused(WithFrame(2, [12]), "found 12 bits and 3 components");
        AssertRefused(Jpegs.Progressive[..^40], "found corrupt ones");
    }

    private static byte[] Exif(int orientation, bool isLittle)
    {
        byte[] Short(int value) => isLittle ? [(byte)value, 0] : [0, (byte)value];
        byte[] Long(int value) => isLittle ? [.. Short(value), 0, 0] : [0, 0, .. Short(value)];
        byte[] tag = isLittle ? [0x12, 1] : [1, 0x12];
        return [.. "Exif\0\0"u8, .. isLittle ? "II*\0"u8 : "MM\0*"u8, .. Long(8), .. Short(1), .. tag, .. Short(3), .. Long(1), .. Short(orientation), 0, 0, .. Long(0)];
    }

    private static byte[] WithExif(byte[] file, byte[] exif) => [.. file[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. file[2..]];

    // Other bytes in the header of the frame, counted from its length.
    private static byte[] WithFrame(int place, byte[] bytes)
    {
        byte[] file = Jpegs.Baseline;
        bytes.CopyTo(file, file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 2 + place);
        return file;
    }

    private static void AssertCorners(Picture picture, params int[][] corners)
    {
        (int, int)[] places = [(3, 3), (3, 12), (12, 3), (12, 12)];
        foreach (((int row, int column), int[] corner) in places.Zip(corners))
            Assert.That(picture[row, column].ToArray().Select(value => (int)value), Is.EqualTo(corner).Within(6), $"row {row}, column {column}");
    }

    private static void AssertRefused(byte[] file, string part) =>
        Assert.That(() => ImageFile.Decode("f", file), Throws.TypeOf<InputException>().With.Message.Contains(part));
}
