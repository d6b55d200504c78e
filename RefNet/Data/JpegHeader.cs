using System.Buffers.Binary;

namespace RefNet.Data;

/// <summary>The data before the pixels of a JPEG picture: its size, its components, and its orientation.</summary>
/// <remarks>The formats: ITU-T T.81, annex B; Adobe Technical Note 5116 (APP14); JEITA CP-3451, Exif 2.3 (APP1).</remarks>
internal sealed class JpegHeader
{
    /// <summary>The width; 0 if no frame was found.</summary>
    public int Columns { get; private set; }

    /// <summary>The height.</summary>
    public int Rows { get; private set; }

    /// <summary>The bits per value.</summary>
    public int Bits { get; private set; }

    /// <summary>The identifier of each component.</summary>
    public byte[] Components { get; private set; } = [];

    /// <summary>The colour transform in Adobe's segment: 0 none, 1 YCbCr, 2 YCCK; null without this segment.</summary>
    public int? AdobeTransform { get; private set; }

    /// <summary>The Exif orientation, 1 to 8; 1 is upright.</summary>
    public int Orientation { get; private set; } = 1;

    /// <summary>Reads the segments up to the first scan: FF, a marker, a length, and length - 2 bytes.</summary>
    public static JpegHeader Parse(ReadOnlySpan<byte> bytes)
    {
        JpegHeader header = new();
        int position = 2;
        while (position + 4 <= bytes.Length && bytes[position] == 0xFF)
        {
            byte marker = bytes[position + 1];
            if (marker is 0xFF) // fill bytes may precede a marker
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

    // A small TIFF file: the byte order, the offset of a table, and in it entries of 12 bytes. Damage there must not invalidate the picture.
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
