namespace RefNet.Interop;

/// <summary>
/// Writes a file so that its name always has all of the old contents or all of the new, whatever happens in between: a full disk,
/// a kill, a power failure.
/// </summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes the contents to a new file in the same folder, flushes it to the disk, and renames it. If anything fails, the old
    /// file stays as it was and the new one is removed. A link stays a link: the file that it leads to is replaced. A device, a
    /// pipe or an empty file holds nothing to keep and is written directly.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="write">Writes the contents.</param>
    /// <exception cref="IOException">The disk is full, or the folder is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        if (FileToReplace(path) is { } replaced)
        {
            Replace(replaced, write);
            return;
        }

        using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        write(stream);
    }

    /// <summary>
    /// Checks, before long work, whether <see cref="Write"/> can create its new file, which is removed again. Devices and pipes
    /// are not tried: opening a pipe may wait for its reader.
    /// </summary>
    /// <param name="path">The file to be written.</param>
    /// <exception cref="IOException">The folder is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static void CheckWritable(string path)
    {
        if (FileToReplace(path) is not { } replaced)
            return;
        using (new FileStream(Aside(replaced), FileMode.Create, FileAccess.Write, FileShare.None))
        {
        }

        TryDelete(Aside(replaced));
    }

    // Null for a file that is written directly.
    private static string? FileToReplace(string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is not null)
            file = (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;

        // If /dev/stdout is a pipe, its target has no name of its own.
        return File.Exists(path) && file is not { Exists: true, Length: > 0 } ? null : file.FullName;
    }

    private static string Aside(string path) => path + ".new";

    private static void Replace(string path, Action<Stream> write)
    {
        string aside = Aside(path);
        try
        {
            using (FileStream stream = new(aside, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch
        {
            TryDelete(aside);
            throw;
        }
    }

    // The error that is being thrown is the one that matters.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
