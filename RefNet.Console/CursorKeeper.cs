using System.Runtime.InteropServices;

namespace RefNet.Console;

/// <summary>
/// As long as this lives, a signal that may end the process first gives the terminal its cursor back, which progress bars hide. What
/// the signal does then is decided elsewhere.
/// </summary>
internal sealed class CursorKeeper : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;

    public CursorKeeper(Action showCursor) => registrations =
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP }.Select(
            signal => PosixSignalRegistration.Create(signal, _ => showCursor())),
    ];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
    }
}
