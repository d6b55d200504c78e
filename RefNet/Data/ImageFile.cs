namespace RefNet.Data;

/// <summary>Reads pictures as grey images: PNG or PGM, as their first bytes say.</summary>
public static class ImageFile
{
    // Far above any picture of a digit: a damaged or hostile header must not make us allocate gigabytes.
    private const int MostPixels = 1 << 26;

    /// <summary>
    /// Reads a picture. Colours become grey by their luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601); transparent
    /// pixels show white paper.
    /// </summary>
    /// <exception cref="InputException">There is no such file, its format cannot be read, or it is damaged.</exception>
    public static GreyImage Read(string path)
    {
        byte[] bytes = InputFile.Read(path, FileLimits.Picture);
        if (PngReader.IsPng(bytes))
            return new PngReader(path, bytes).Read();
        if (PgmReader.IsPgm(bytes))
            return new PgmReader(path, bytes).Read();
        string found = bytes.Length == 0 ? "an empty file" : $"a file that begins {Convert.ToHexString(bytes, 0, Math.Min(8, bytes.Length))}";
        throw InputFile.Error(path, "a PNG or PGM picture", found, "Convert it, for example with ImageMagick: convert picture.jpg picture.png.");
    }

    /// <summary>Checks the size in a header.</summary>
    internal static void CheckSize(string path, long columns, long rows)
    {
        if (columns < 1 || rows < 1 || columns > MostPixels || rows > MostPixels || columns * rows > MostPixels)
            throw InputFile.Error(path, $"a picture of 1 to {MostPixels} pixels", $"{columns}x{rows}", "Give a smaller picture, or another copy if the file is damaged.");
    }

    /// <summary>The grey of a colour over white paper; every value is 0 to 255.</summary>
    internal static byte Grey(int red, int green, int blue, int alpha = 255)
    {
        int luma = 299 * red + 587 * green + 114 * blue; // 0 to 255,000
        return (byte)((luma * (long)alpha + 255_000L * (255 - alpha) + 127_500) / 255_000);
    }

    /// <summary>The error of a picture that violates its format.</summary>
    internal static InputException Damaged(string path, string expected, string found) =>
        InputFile.Error(path, expected, found, "The picture is damaged: take another copy.");
}
