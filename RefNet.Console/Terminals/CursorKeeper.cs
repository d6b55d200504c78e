using System.Runtime.InteropServices;

namespace RefNet.Console;

/// <summary>
/// While this object lives, a signal that may end the process first shows the terminal's cursor again, which progress bars hide. The
/// signal is then handled as usual.
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
