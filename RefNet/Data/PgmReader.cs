namespace RefNet.Data;

/// <summary>
/// Reads a PGM picture: P2 (numbers as text) or P5 (bytes), then width, height and the value of white, with comments from
/// # to the end of the line, then the pixels.
/// </summary>
/// <remarks>The format: "pgm" in the manual of Netpbm.</remarks>
internal sealed class PgmReader(string path, byte[] bytes)
{
    private int position = 2;

    /// <summary>Whether the bytes begin like such a picture.</summary>
    public static bool IsPgm(ReadOnlySpan<byte> bytes) => bytes.Length >= 2 && bytes[0] == 'P' && bytes[1] is (byte)'2' or (byte)'5';

    /// <summary>Reads the picture.</summary>
    public GreyImage Read()
    {
        bool asText = bytes[1] == '2';
        int columns = Number("a width");
        int rows = Number("a height");
        ImageFile.CheckSize(path, columns, rows);
        int white = Number("the value of white");
        if (white is < 1 or > 65535)
            throw Damaged("a value of white from 1 to 65535", $"{white}");

        int count = rows * columns;
        int size = white < 256 ? 1 : 2;
        // One white-space character ends the header of P5; the pixels fill the rest of the file.
        if (!asText && bytes.Length - position - 1 != (long)count * size)
            throw Damaged($"{(long)count * size} bytes of pixels for {columns}x{rows}", $"{Math.Max(0, bytes.Length - position - 1)}");
        int start = position + 1;

        byte[] pixels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            int value = asText ? Number($"{count} pixels")
                : size == 1 ? bytes[start + i]
                : bytes[start + 2 * i] << 8 | bytes[start + 2 * i + 1];
            if (value > white)
                throw Damaged($"pixels from 0 to {white}", $"{value}");
            pixels[i] = (byte)((value * 255 + white / 2) / white);
        }

        return new GreyImage(pixels, rows, columns);
    }

    private int Number(string what)
    {
        while (position < bytes.Length && (bytes[position] == '#' || char.IsWhiteSpace((char)bytes[position])))
        {
            if (bytes[position] == '#')
                position = Array.IndexOf(bytes, (byte)'\n', position) is int end and >= 0 ? end : bytes.Length;
            else
                position++;
        }

        int start = position;
        int number = 0;
        while (position < bytes.Length && char.IsAsciiDigit((char)bytes[position]) && number < 100_000_000)
            number = number * 10 + bytes[position++] - '0';
        return position > start
            ? number
            : throw Damaged($"{what} at byte {start}", start < bytes.Length ? $"byte {bytes[start]:X2}" : "the end of the file");
    }

    private InputException Damaged(string expected, string found) => ImageFile.Damaged(path, expected, found);
}
