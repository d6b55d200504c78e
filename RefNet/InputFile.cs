using System.Text;

namespace RefNet;

/// <summary>
/// The one reader of files that users give. It opens regular files only, so that no pipe blocks it and no device is endless, and
/// checks the length before memory is taken. Each mistake has one clear error.
/// </summary>
internal static class InputFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether there is anything of this name, good to read or not; a link that leads nowhere counts.</summary>
    public static bool IsThere(string path) => IsPath(path) && (Path.Exists(path) || new FileInfo(path).LinkTarget is not null);

    /// <summary>All bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The most bytes that it may have, one of <see cref="FileLimits"/>.</param>
    /// <exception cref="InputException">
    /// There is no such file, it is a folder, a pipe, a device or a link that leads nowhere, it is empty, or it is too long.
    /// </exception>
    public static byte[] Read(string path, int most)
    {
        using FileStream file = Open(path, most);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Opens a file, with the errors of <see cref="Read"/>.</summary>
    public static FileStream Open(string path, int most)
    {
        if (!IsThere(path))
            throw Error(path, "a file", "nothing", "Check the path.");
        if (Directory.Exists(path))
            throw Error(path, "a file", "a folder", "Give one of the files in it.");
        // Pipes and devices have the length 0. It is asked for before opening: a pipe that nobody writes to would block.
        if (Target(path).Length == 0)
            throw Error(path, "a file with contents", "an empty file, a pipe or a device", "Give the right file.");

        // A buffer would not be used: what is read is read at once.
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        long length = file.CanSeek ? file.Length : 0;
        if (length > 0 && length <= most)
            return file;
        file.Dispose();
        throw Error(path, $"a file of 1 to {most} bytes", length > 0 ? $"{length} bytes" : "a pipe or a device", "Give the right file.");
    }

    /// <summary>The text of a file in UTF-8, without a byte-order mark.</summary>
    /// <exception cref="InputException">The errors of <see cref="Read"/>, or the text is in another encoding.</exception>
    public static string ReadText(string path, int most)
    {
        ReadOnlySpan<byte> bytes = Read(path, most);
        if (bytes.StartsWith(Encoding.Unicode.Preamble) || bytes.StartsWith(Encoding.BigEndianUnicode.Preamble))
            throw Error(path, "text in UTF-8", "the byte-order mark of UTF-16", "Save it as UTF-8.");
        if (bytes.Contains((byte)0))
            throw Error(path, "text in UTF-8", "bytes of 0, as in UTF-16 or in a file that is no text", "Save it as UTF-8, or give the right file.");
        try
        {
            return StrictUtf8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
        }
        catch (DecoderFallbackException cause)
        {
            throw Error(path, "text in UTF-8", $"bytes {Convert.ToHexString(cause.BytesUnknown ?? [])}, which are none", "Save it as UTF-8.");
        }
    }

    /// <summary>The lines of a text file, which may end in LF, CR LF or CR.</summary>
    /// <exception cref="InputException">The errors of <see cref="ReadText"/>.</exception>
    public static IEnumerable<string> ReadLines(string path, int most)
    {
        StringReader text = new(ReadText(path, most));
        while (text.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>The error of a wrong or damaged file.</summary>
    public static InputException Error(string path, string expected, string found, string advice) =>
        new($"{path}: expected {expected}; found {found}. {advice}");

    private static bool IsPath(string path) => path.Length > 0 && !path.Contains('\0');

    // The file itself, or the one that a link leads to in the end.
    private static FileInfo Target(string path)
    {
        FileInfo file = new(path);
        try
        {
            FileSystemInfo target = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            if (target is FileInfo { Exists: true } found)
                return found;
            throw Error(path, "a file", $"a link to {file.LinkTarget}, where no file is", "Give the file itself.");
        }
        catch (IOException)
        {
            throw Error(path, "a file", "a link that leads to itself", "Give the file itself.");
        }
    }
}
