using System.Text;
using NUnit.Framework;
using RefNet.Data;

namespace RefNet.Tests.Data;

/// <summary>PGM pictures: as text and as bytes, with comments and any value of white.</summary>
[TestFixture]
public sealed class PgmReaderTests
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

    [TestCase("P2", "expected a width at byte 2; found the end of the file")]
    [TestCase("P2 3 # 2", "expected a height at byte 8; found the end of the file")]
    [TestCase("P2 3 x", "expected a height at byte 5; found byte 78")]
    [TestCase("P2 0 1 255", "found 0x1")]
    [TestCase("P2 99999999 99999999 255", "found 99999999x99999999")]
    [TestCase("P2 99999999999999999999 1 255", "expected a picture of 1 to 67108864 pixels")]
    [TestCase("P2 2 1 255 1", "expected 2 pixels at byte 12; found the end of the file")]
    [TestCase("P2 1 1 255 256", "expected pixels from 0 to 255; found 256")]
    [TestCase("P2 1 1 0 0", "expected a value of white from 1 to 65535; found 0")]
    [TestCase("P2 1 1 65536 0", "expected a value of white from 1 to 65535; found 65536")]
    [TestCase("P5 2 2 255\nabc", "expected 4 bytes of pixels for 2x2; found 3")]
    [TestCase("P5 2 2 255\nabcde", "expected 4 bytes of pixels for 2x2; found 5")]
    [TestCase("P5 2 2 255", "expected 4 bytes of pixels for 2x2; found 0")]
    [TestCase("P5 1 1 256\na", "expected 2 bytes of pixels for 1x1; found 1")]
    [TestCase("P5 1 1 100\nz", "expected pixels from 0 to 100; found 122")]
    [TestCase("P6 1 1 255\nabc", "expected a PNG or PGM picture")]
    public void Refuses(string file, string part)
    {
        string path = folder.Write("f", Encoding.Latin1.GetBytes(file));
        Assert.That(() => ImageFile.Read(path), Throws.TypeOf<InputException>().With.Message.Contains(part));
    }
}
