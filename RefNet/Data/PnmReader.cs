namespace RefNet.Data;

/// <summary>
/// Reads a Netpbm picture: P1 and P4 (black and white), P2 and P5 (grey), P3 and P6 (colour); the first of each pair stores numbers as
/// text, the second as bytes. The width, the height and, except for black and white, the value of white come first, with comments
/// from # to the end of the line.
/// </summary>
/// <remarks>The format: "pbm", "pgm" and "ppm" in the manual of Netpbm.</remarks>
internal sealed class PnmReader(string path, byte[] bytes)
{
    private int position = 2;

    /// <summary>Whether the bytes begin like a Netpbm picture.</summary>
    public static bool IsPnm(ReadOnlySpan<byte> bytes) => bytes.Length >= 3 && bytes[0] == 'P' && bytes[1] is >= (byte)'1' and <= (byte)'6' && (IsSpace(bytes[2]) || bytes[2] == '#');

    /// <summary>Reads the picture.</summary>
    public Picture Read()
    {
        int kind = bytes[1] - '0';
        (bool isText, bool isBits, int channels) = (kind <= 3, kind is 1 or 4, kind is 3 or 6 ? 3 : 1);
        int columns = Number("a width"), rows = Number("a height");
        ImageFile.CheckSize(path, columns, rows);
        int white = isBits ? 1 : Number("the value of white");
        if (white is < 1 or > 65535)
            throw Damaged("a value of white from 1 to 65535", $"{white}");

        int rowBytes = isBits ? (columns + 7) / 8 : columns * channels * (white < 256 ? 1 : 2);
        CheckLength(isText ? rows * (long)columns * channels : rows * (long)rowBytes, isText);
        byte[] values = new byte[rows * columns * channels];
        for (int i = 0; i < values.Length; i++)
        {
            int value = isText ? isBits ? Bit() : Number($"{values.Length} values")
                : isBits ? bytes[position + i / columns * rowBytes + i % columns / 8] >> (7 - i % columns % 8) & 1
                : white < 256 ? bytes[position + i]
                : bytes[position + 2 * i] << 8 | bytes[position + 2 * i + 1];
            if (value > white)
                throw Damaged($"values from 0 to {white}", $"{value}");
            values[i] = (byte)(((isBits ? 1 - value : value) * 255 + white / 2) / white); // a bit of 1 is black
        }

        position += isText ? 0 : rows * rowBytes;
        CheckEnd(isText);
        return new Picture(values, rows, columns, channels);
    }

    // Before allocating memory. A number as text takes at least one byte; one whitespace character ends the header before bytes.
    private void CheckLength(long least, bool isText)
    {
        if (!isText && position < bytes.Length && !IsSpace(bytes[position]))
            throw Damaged("a whitespace character after the header", $"byte {bytes[position]:X2}");
        position += isText ? 0 : 1;
        long found = Math.Max(0, bytes.Length - position);
        if (found < least)
            throw Damaged($"{least} bytes of pixels or more", $"{found} (it is truncated)");
    }

    // Remaining data are a second picture, or a sign that the size is wrong.
    private void CheckEnd(bool isText)
    {
        int end = position;
        SkipSpace();
        if (IsPnm(bytes.AsSpan(position)))
            throw InputFile.Error(path, "one picture", "another one after it", "Put each picture into its own file; pamsplit does this.");
        if ((isText ? position : end) < bytes.Length)
            throw Damaged("the end of the file after the pixels", $"{bytes.Length - end} more bytes");
    }

    private int Bit()
    {
        SkipSpace();
        return position < bytes.Length && bytes[position] is (byte)'0' or (byte)'1' ? bytes[position++] - '0' : throw Missing("a 0 or a 1");
    }

    private int Number(string what)
    {
        SkipSpace();
        int start = position;
        int number = 0;
        while (position < bytes.Length && char.IsAsciiDigit((char)bytes[position]) && number < 100_000_000)
            number = number * 10 + bytes[position++] - '0';
        return position > start ? number : throw Missing(what);
    }

    private void SkipSpace()
    {
        bool isComment = false;
        for (; position < bytes.Length && (isComment || IsSpace(bytes[position]) || bytes[position] == '#'); position++)
            isComment = bytes[position] == '#' || (isComment && bytes[position] is not ((byte)'\n' or (byte)'\r'));
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (>= 9 and <= 13);

    private InputException Missing(string what) =>
        Damaged($"{what} at byte {position}", position < bytes.Length ? $"byte {bytes[position]:X2}" : "the end of the file");

    private InputException Damaged(string expected, string found) => ImageFile.Damaged(path, expected, found);
}
