namespace RefNet.Data;

/// <summary>Reads files that users give, so that each mistake has one clear error.</summary>
internal static class InputFile
{
    /// <summary>The largest file, and the largest contents of a packed one, that is read: far above any that fits here.</summary>
    public const int MostBytes = 1 << 30;

    /// <summary>All bytes of a file.</summary>
    /// <exception cref="InputException">There is no such file, it is a folder, or it is over 1 GiB.</exception>
    public static byte[] Read(string path)
    {
        if (Directory.Exists(path))
            throw Error(path, "a file", "a folder", "give one of the files in it");
        if (!File.Exists(path))
            throw Error(path, "a file", "nothing", "check the path");
        // A device or a pipe has no length to go by, and may never end.
        using FileStream file = File.OpenRead(path);
        if (!file.CanSeek || file.Length > MostBytes)
            throw Error(path, $"a file of at most {MostBytes} bytes", file.CanSeek ? $"{file.Length} bytes" : "a pipe or device", "give the right file");
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>All bytes of a file, unpacked if it was packed with gzip: its first bytes tell.</summary>
    /// <exception cref="InputException">There is no such file, or its gzip data are damaged.</exception>
    public static byte[] ReadUnpacked(string path)
    {
        byte[] bytes = Read(path);
        return GzipData.Is(bytes) ? GzipData.Unpack(path, bytes) : bytes;
    }

    /// <summary>The error of a file that is not what it should be.</summary>
    public static InputException Error(string path, string expected, string found, string advice) =>
        new($"{path}: expected {expected}; found {found}. {char.ToUpperInvariant(advice[0])}{advice[1..]}.");
}
