namespace RefNet;

/// <summary>Reads files that users give: each mistake has one clear error.</summary>
internal static class InputFile
{
    /// <summary>The maximum size of a file, packed and unpacked.</summary>
    public const int MostBytes = 1 << 30;

    /// <summary>All bytes of a file.</summary>
    /// <exception cref="InputException">There is no such file, it is a folder, a pipe or a device, it is empty, or it is over 1 GiB.</exception>
    public static byte[] Read(string path)
    {
        if (Directory.Exists(path))
            throw Error(path, "a file", "a folder", "Give one of the files in it.");
        if (!File.Exists(path))
            throw Error(path, "a file", "nothing", "Check the path.");
        // A device or a pipe has no length and may never end; opening a pipe without a writer would wait for ever.
        FileInfo info = new(path);
        if ((info.ResolveLinkTarget(returnFinalTarget: true) ?? info) is FileInfo { Exists: true, Length: 0 })
            throw Error(path, "a file with contents", "an empty file, a pipe or a device", "Give the right file.");
        using FileStream file = File.OpenRead(path);
        if (!file.CanSeek || file.Length > MostBytes)
            throw Error(path, $"a file of at most {MostBytes} bytes", file.CanSeek ? $"{file.Length} bytes" : "a pipe or device", "Give the right file.");
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The error of a wrong or damaged file.</summary>
    public static InputException Error(string path, string expected, string found, string advice) =>
        new($"{path}: expected {expected}; found {found}. {advice}");
}
