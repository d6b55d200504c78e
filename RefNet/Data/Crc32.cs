namespace RefNet.Data;

/// <summary>The checksum of gzip (RFC 1952, section 8) and PNG: division of the bits by a polynomial over GF(2).</summary>
internal static class Crc32
{
    // x^32 + x^26 + x^23 + ... + 1, lowest bit first.
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Remainders = [.. Enumerable.Range(0, 256).Select(value => Divide((uint)value))];

    /// <summary>The checksum of some bytes, or of bytes that follow others with the checksum <paramref name="before"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint crc = ~before;
        foreach (byte value in bytes)
            crc = Remainders[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint Divide(uint remainder)
    {
        for (int bit = 0; bit < 8; bit++)
            remainder = (remainder & 1) == 0 ? remainder >> 1 : (remainder >> 1) ^ Polynomial;
        return remainder;
    }
}
