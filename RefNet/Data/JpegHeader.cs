using System.Buffers.Binary;

namespace RefNet.Data;

/// <summary>What stands before the pixels of a JPEG picture: its size, what its components are, and how a camera held it.</summary>
/// <remarks>The formats: ITU-T T.81, annex B; Adobe Technical Note 5116 (APP14); JEITA CP-3451, Exif 2.3 (APP1).</remarks>
internal sealed class JpegHeader
{
    /// <summary>The width; 0 if no frame was found.</summary>
    public int Columns { get; private set; }

    /// <summary>The height.</summary>
    public int Rows { get; private set; }

    /// <summary>The bits of a value.</summary>
    public int Bits { get; private set; }

    /// <summary>The number that each component has as its name.</summary>
    public byte[] Components { get; private set; } = [];

    /// <summary>What Adobe's programs note: 0 colours as they are, 1 YCbCr, 2 YCCK; null if they did not write it.</summary>
    public int? AdobeTransform { get; private set; }

    /// <summary>How to turn the picture upright, 1 to 8 as Exif counts them; 1 is as it is.</summary>
    public int Orientation { get; private set; } = 1;

    /// <summary>Walks over the segments up to the first scan: FF, a marker, a length, that many bytes less 2.</summary>
    public static JpegHeader Parse(ReadOnlySpan<byte> bytes)
    {
        JpegHeader header = new();
        int position = 2;
        while (position + 4 <= bytes.Length && bytes[position] == 0xFF)
        {
            byte marker = bytes[position + 1];
            if (marker is 0xFF) // fill bytes may stand before a marker
            {
                position++;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 2)..]);
            if (marker == 0xDA || length < 2 || position + 2 + length > bytes.Length)
                break;
            header.Read(marker, bytes.Slice(position + 4, length - 2));
            position += 2 + length;
        }

        return header;
    }

    private void Read(byte marker, ReadOnlySpan<byte> segment)
    {
        switch (marker)
        {
            case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) when segment.Length >= 6 && segment.Length >= 6 + 3 * segment[5]: // a frame
                Bits = segment[0];
                Rows = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]);
                Columns = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
                Components = new byte[segment[5]];
                for (int i = 0; i < Components.Length; i++)
                    Components[i] = segment[6 + 3 * i];
                break;
            case 0xEE when segment.StartsWith("Adobe"u8) && segment.Length >= 12:
                AdobeTransform = segment[11];
                break;
            case 0xE1 when segment.StartsWith("Exif\0\0"u8):
                Orientation = ExifOrientation(segment[6..]);
                break;
        }
    }

    // A TIFF file in small: the byte order, the place of a table, in it 12 bytes an entry. What is damaged there spoils no picture.
    private static int ExifOrientation(ReadOnlySpan<byte> tiff)
    {
        const int Tag = 0x112;
        if (tiff.Length < 8 || tiff[0] != tiff[1] || tiff[0] is not ((byte)'I' or (byte)'M'))
            return 1;
        bool isLittle = tiff[0] == 'I';
        uint table = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (table > tiff.Length - 2)
            return 1;
        int entries = Short(tiff[(int)table..], isLittle);
        for (int i = 0, place = (int)table + 2; i < entries && place + 12 <= tiff.Length; i++, place += 12)
        {
            if (Short(tiff[place..], isLittle) == Tag)
                return Short(tiff[(place + 8)..], isLittle) is int found and >= 1 and <= 8 ? found : 1;
        }

        return 1;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
