using System.Text;
namespace RefNet.Interop;

/// <summary>
/// Writes a file so that its name always refers to the complete old or the complete new contents, whatever happens in
/// between: a full disk, a kill, a power failure.
/// </summary>
/// <remarks>
/// The new contents go to a temporary file beside the old one, are flushed to the disk, and the temporary file is
/// renamed. It is always created under a random new name, never opened, so no existing file or link is touched. A
/// replaced file keeps its permissions. A killed process may leave a file refnet-*.new behind.
/// </remarks>
public static class AtomicFile
{
    /// <summary>
    /// Writes a file that the user names. If anything fails, the old file is unchanged. A link stays a link: its
    /// target is replaced. A device, a pipe or an empty file has no contents to keep and is written directly.
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

    /// <summary>Writes text as UTF-8, as <see cref="Write"/> does.</summary>
    /// <inheritdoc cref="Write"/>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="text">The contents.</param>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes lines, each terminated by a line feed, as <see cref="WriteText"/> does.</summary>
    /// <inheritdoc cref="Write"/>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="lines">The contents.</param>
    public static void WriteLines(string path, IEnumerable<string> lines) => WriteText(path, string.Concat(lines.Select(line => $"{line}\n")));

    /// <summary>
    /// Writes a file in a folder that may come from elsewhere: the name itself is replaced, and nothing outside the folder is
    /// touched, even if a link, a device or a pipe has the name.
    /// </summary>
    /// <inheritdoc cref="Write"/>
    public static void Replace(string path, Action<Stream> write)
    {
        UnixFileMode? mode = ModeOf(path);
        using FileStream stream = CreateBeside(path, mode);
        try
        {
            write(stream);
            // The umask has restricted the mode at creation.
            if (mode is { } same && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(stream.SafeFileHandle, same);
            stream.Flush(flushToDisk: true);
            stream.Dispose();
            File.Move(stream.Name, path, overwrite: true);
        }
        catch (Exception error)
        {
            TryDispose(stream);
            TryDelete(stream.Name);
            if (error is IOException or UnauthorizedAccessException)
                throw About(path, stream.Name, error);
            throw;
        }
    }

    /// <summary>
    /// Checks, before long work, whether <see cref="Write"/> can create its new file, which is removed again. Devices and pipes
    /// are not tried: opening a pipe may block until it has a reader.
    /// </summary>
    /// <param name="path">The file to be written.</param>
    /// <exception cref="IOException">The folder is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static void CheckWritable(string path)
    {
        if (FileToReplace(path) is not { } replaced)
            return;
        using FileStream aside = CreateBeside(replaced, mode: null);
        aside.Dispose();
        TryDelete(aside.Name);
    }

    // Null for a file that is written directly.
    private static string? FileToReplace(string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is not null)
            file = (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;

        // If /dev/stdout is a pipe, its target has no name of its own.
        if (!file.Exists)
            return File.Exists(path) && file.FullName.StartsWith("/proc/", StringComparison.Ordinal) ? null : file.FullName;
        return file.Length > 0 ? file.FullName : null;
    }

    // An existing name is an error, even if it is a link.
    private static FileStream CreateBeside(string path, UnixFileMode? mode)
    {
        string aside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $"refnet-{Path.GetRandomFileName()}.new");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (mode is not null && !OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        try
        {
            return new FileStream(aside, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw About(path, aside, error);
        }
    }

    // The user knows the file by its name, not the one beside it.
    private static Exception About(string path, string aside, Exception error)
    {
        string message = error.Message.Replace(aside, path);
        return error is UnauthorizedAccessException ? new UnauthorizedAccessException(message, error) : new IOException(message, error);
    }

    // Null for a new file, whose permissions follow from the umask. For a link they are those of its target.
    private static UnixFileMode? ModeOf(string path)
    {
        FileInfo file = new(path);
        return OperatingSystem.IsWindows() || !file.Exists || file.LinkTarget is not null ? null : file.UnixFileMode;
    }

    // Data that did not fit on a full disk are still in the buffer, and writing them fails again.
    private static void TryDispose(FileStream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
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
