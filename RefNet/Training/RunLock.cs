namespace RefNet.Training;

/// <summary>
/// Keeps a second process out of a run folder while one trains in it. The operating system holds the lock for the process and drops it when
/// the process ends, however it ends; the file "lock" stays, and its existence means nothing.
/// </summary>
internal sealed class RunLock : IDisposable
{
    // The error code for "used by another process": by Linux (EAGAIN), by macOS (EAGAIN), by Windows (ERROR_SHARING_VIOLATION).
    private const int LinuxHeld = 11;
    private const int MacHeld = 35;
    private const int WindowsHeld = unchecked((int)0x80070020);

    private readonly FileStream file;

    private RunLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="folder">The folder, for the error.</param>
    /// <param name="path">The file that is locked; it is created where it is missing.</param>
    /// <exception cref="InputException">Another process holds it.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static RunLock Take(string folder, string path)
    {
        try
        {
            // .NET locks a file opened with FileShare.None by flock, on Windows by its sharing mode.
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException error) when (error.HResult is LinuxHeld or MacHeld or WindowsHeld)
        {
            throw new InputException($"{folder}: another process trains in this folder. Wait for its end, or choose another folder.", error);
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => file.Dispose();
}
