using System.Text;
using NUnit.Framework;
using RefNet.Data;

namespace RefNet.Tests.Data;

/// <summary>Pictures of Netpbm: as text and as bytes, with comments and any value of white.</summary>
[TestFixture]
public sealed class PnmReaderTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase("P2\n3 2\n255\n0 100 255\n1 2 3\n", new byte[] { 0, 100, 255, 1, 2, 3 })]
    [TestCase("P2 #a\n#b 9 9\n 2 1 # white:\n15 0\t15", new byte[] { 0, 255 })]
    [TestCase("P2 2 2 1 0 1 1 0", new byte[] { 0, 255, 255, 0 })]
    [TestCase("P2 3 1 65535 0 32768 65535", new byte[] { 0, 128, 255 })]
    [TestCase("P5 2 1 255\n\n ", new byte[] { 10, 32 }, Description = "pixels that look like white space")]
    [TestCase("P5\n# c\n2 1\n127\n\0\u007F", new byte[] { 0, 255 })]
    [TestCase("P5 1 1 256\n\u0001\0", new byte[] { 255 })]
    [TestCase("P2\r# old\r2 1\r255\r1 2\r", new byte[] { 1, 2 }, Description = "lines that end in CR")]
    [TestCase("P2\r\n#by hand\r\n2# width\r\n1 255\r\n1 2 #end\r\n", new byte[] { 1, 2 })]
    [TestCase("P1 3 2\n0 1 0\n110", new byte[] { 255, 0, 255, 0, 0, 255 }, Description = "a 1 is black, and spaces may be missing")]
    [TestCase("P4 10 2\n\u00B0\u0040\u0000\u0080", new byte[] { 0, 255, 0, 0, 255, 255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 255 })]
    [TestCase("P3 2 1 255 255 0 0 10 20 30", new byte[] { 76, 18 })]
    [TestCase("P6 2 1 255\n\u00FF\0\0\n\u0014\u001E", new byte[] { 76, 18 })]
    public void Reads(string file, byte[] expected)
    {
        GreyImage image = ImageFile.Read(folder.Write("f", Encoding.Latin1.GetBytes(file)));
        Assert.That(image.Pixels.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void RowsComeBeforeColumns()
    {
        GreyImage image = ImageFile.Read(folder.Write("f", "P2 3 2 255 0 1 2 3 4 5"u8.ToArray()));
        Assert.That((image.Rows, image.Columns, image[1, 0]), Is.EqualTo((2, 3, 3)));
    }

    [Test]
    public void ColoursAreKept()
    {
        Picture picture = ImageFile.ReadPicture(folder.Write("f", Encoding.Latin1.GetBytes("P6 1 2 65535\n\u00FF\u00FF\0\0\u0080\0\0\0\u00FF\u00FF\0\u0080")));
        Assert.That((picture.Rows, picture.Columns, picture.Channels, picture.HasAlpha), Is.EqualTo((2, 1, 3, false)));
        Assert.That(picture.Values.ToArray(), Is.EqualTo(new byte[] { 255, 0, 128, 0, 255, 0 }));
    }

    // What is left over is treated alike as text and as bytes.
    [TestCase("P2 1 1 255\n7\n9\n", "expected the end of the file after the pixels; found 3 more bytes")]
    [TestCase("P5 1 1 255\nabc", "expected the end of the file after the pixels; found 2 more bytes")]
    [TestCase("P5 1 1 255\naP5 1 1 255\nb", "expected one picture; found another one after it")]
    [TestCase("P2 1 1 255 7 P2 1 1 255 7", "expected one picture; found another one after it")]
    [TestCase("P4 1 1\naP6 1 1 255\nbbb", "expected one picture; found another one after it")]
    public void WhatFollowsThePixelsIsRefused(string file, string part) => Refuses(file, part);

    [TestCase("P2 ", "expected a width at byte 3; found the end of the file")]
    [TestCase("P2 3 # 2", "expected a height at byte 8; found the end of the file")]
    [TestCase("P2 3 x", "expected a height at byte 5; found byte 78")]
    [TestCase("P2 0 1 255", "found 0x1")]
    [TestCase("P2 99999999 99999999 255", "found 99999999x99999999")]
    [TestCase("P2 99999999999999999999 1 255", "expected a picture of 1 to 52428800 pixels")]
    [TestCase("P2 2 1 255 1", "expected 2 values at byte 12; found the end of the file")]
    [TestCase("P2 1 1 255 256", "expected values from 0 to 255; found 256")]
    [TestCase("P2 1 1 0 0", "expected a value of white from 1 to 65535; found 0")]
    [TestCase("P2 1 1 65536 0", "expected a value of white from 1 to 65535; found 65536")]
    [TestCase("P5 2 2 255\nabc", "expected 4 bytes of pixels or more; found 3")]
    [TestCase("P5 2 2 255", "expected 4 bytes of pixels or more; found 0")]
    [TestCase("P5 2 2 255#\nabcd", "expected a whitespace character after the header; found byte 23")]
    [TestCase("P2 9999 999 255 1 2 3", "expected 9989001 bytes of pixels or more; found 6")]
    [TestCase("P5 1 1 256\na", "expected 2 bytes of pixels or more; found 1")]
    [TestCase("P5 1 1 100\nz", "expected values from 0 to 100; found 122")]
    [TestCase("P7\nWIDTH 1", "found a PAM picture")]
    [TestCase("P1 1 1 2", "expected a 0 or a 1 at byte 7; found byte 32")]
    public void Refuses(string file, string part)
    {
        string path = folder.Write("f", Encoding.Latin1.GetBytes(file));
        Assert.That(() => ImageFile.Read(path), Throws.TypeOf<InputException>().With.Message.Contains(part));
    }
}
