using System.Buffers.Binary;

namespace RefNet.Data;

/// <summary>The checksum of gzip (RFC 1952, section 8) and PNG: division of the bits by a polynomial over GF(2).</summary>
internal static class Crc32
{
    // x^32 + x^26 + x^23 + ... + 1, lowest bit first.
    private const uint Polynomial = 0xEDB88320;

    // The remainder of each byte followed by 0 to 7 zero bytes: eight bytes are looked up at once.
    private static readonly uint[][] Remainders = MakeTables();

    /// <summary>The checksum of some bytes, or of bytes that follow others with the checksum <paramref name="before"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint crc = ~before;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            ulong eight = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = 0;
            for (int i = 0; i < 8; i++, eight >>= 8)
                crc ^= Remainders[7 - i][(byte)eight];
        }

        foreach (byte value in bytes)
            crc = Remainders[0][(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[][] MakeTables()
    {
        uint[][] tables = new uint[8][];
        tables[0] = [.. Enumerable.Range(0, 256).Select(value => Divide((uint)value))];
        for (int i = 1; i < tables.Length; i++)
            tables[i] = [.. tables[i - 1].Select(remainder => tables[0][(byte)remainder] ^ (remainder >> 8))];
        return tables;
    }

    private static uint Divide(uint remainder)
    {
        for (int bit = 0; bit < 8; bit++)
            remainder = (remainder & 1) == 0 ? remainder >> 1 : (remainder >> 1) ^ Polynomial;
        return remainder;
    }
}
