namespace RefNet.Data;

/// <summary>Reads pictures: PNG, JPEG, PGM, PPM or PBM, recognised by their first bytes.</summary>
public static class ImageFile
{
    /// <summary>The largest number of pixels of a picture: above the 50 megapixels of a telephone.</summary>
    public const int MostPixels = 50 << 20;

    // How files in other formats begin, from the given byte on.
    private static readonly (int Place, byte[] Bytes, string Name)[] Others =
    [
        (0, [.. "GIF8"u8], "a GIF picture"),
        (0, [.. "BM"u8], "a BMP picture"),
        (8, [.. "WEBP"u8], "a WebP picture"),
        (4, [.. "ftypavif"u8], "an AVIF picture"),
        (4, [.. "ftyp"u8], "a HEIC picture or a film"),
        (0, [.. "II*\0"u8], "a TIFF picture"),
        (0, [.. "MM\0*"u8], "a TIFF picture"),
        (0, [0xFF, 0x0A], "a JPEG XL picture"),
        (4, [.. "JXL "u8], "a JPEG XL picture"),
        (4, [.. "jP  "u8], "a JPEG 2000 picture"),
        (0, [.. "%PDF"u8], "a PDF document"),
        (0, [.. "<svg"u8], "an SVG drawing"),
        (0, [.. "<?xml"u8], "an SVG drawing or other XML"),
        (0, [.. "P7"u8], "a PAM picture"),
        (0, [0x1F, 0x8B], "a file packed with gzip"),
        (0, [.. "PK"u8], "a zip archive"),
    ];

    /// <summary>Reads a picture as a grey image; transparent pixels become white. See <see cref="Picture.ToGrey"/>.</summary>
    /// <exception cref="InputException">There is no such file, its format cannot be read, or it is damaged.</exception>
    public static GreyImage Read(string path) => ReadPicture(path).ToGrey();

    /// <summary>Reads a picture with its colours and its alpha, rotated upright if its metadata give an orientation.</summary>
    /// <exception cref="InputException">There is no such file, its format cannot be read, it is damaged, or it has over <see cref="MostPixels"/> pixels.</exception>
    public static Picture ReadPicture(string path) => Decode(path, InputFile.Read(path, FileLimits.Picture));

    /// <summary>Reads the bytes of a picture.</summary>
    /// <param name="path">The name in error messages.</param>
    /// <param name="bytes">A PNG, JPEG, PGM, PPM or PBM file.</param>
    /// <exception cref="InputException">Its format cannot be read, it is damaged, or it has over <see cref="MostPixels"/> pixels.</exception>
    public static Picture Decode(string path, byte[] bytes)
    {
        if (PngReader.IsPng(bytes))
            return new PngReader(path, bytes).Read();
        if (JpegReader.IsJpeg(bytes))
            return new JpegReader(path, bytes).Read();
        if (PnmReader.IsPnm(bytes))
            return new PnmReader(path, bytes).Read();
        string found = Others.FirstOrDefault(other => bytes.Length > other.Place && bytes.AsSpan(other.Place).StartsWith(other.Bytes)).Name
            ?? (bytes.Length == 0 ? "an empty file" : $"a file that begins {Convert.ToHexString(bytes, 0, Math.Min(8, bytes.Length))}");
        throw InputFile.Error(path, "a PNG, JPEG, PGM or PPM picture", found, "Save it as PNG, or convert it, for example with ImageMagick: convert picture.bmp picture.png.");
    }

    /// <summary>Checks the size in a header, before allocating memory.</summary>
    internal static void CheckSize(string path, long columns, long rows)
    {
        if (columns < 1 || rows < 1 || columns > MostPixels || rows > MostPixels || columns * rows > MostPixels)
            throw InputFile.Error(path, $"a picture of 1 to {MostPixels} pixels", $"{columns}x{rows}", "Give a smaller picture, or another copy if the file is damaged.");
    }

    /// <summary>The error of a picture that violates its format.</summary>
    internal static InputException Damaged(string path, string expected, string found) =>
        InputFile.Error(path, expected, found, "The picture is damaged: use another copy.");
}
