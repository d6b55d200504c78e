using NUnit.Framework;
using RefNet.Data;
using RefNet.Randomness;

namespace RefNet.Tests.Data;

[TestFixture]
public sealed class Crc32Tests
{
    [Test]
    public void TheChecksumOfTheDigitsIsThePublishedOne() => Assert.That(Crc32.Compute("123456789"u8), Is.EqualTo(0xCBF43926));

    // Eight bytes are taken at once; one at a time is the definition.
    [Test]
    public void BytesOneAtATimeGiveTheSame()
    {
        byte[] bytes = new byte[100];
        Seeds.Create(1).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            uint expected = 0;
            foreach (byte value in bytes.AsSpan(0, length))
                expected = Crc32.Compute([value], expected);
            Assert.That(Crc32.Compute(bytes.AsSpan(0, length)), Is.EqualTo(expected), $"{length} bytes");
        }
    }
}
