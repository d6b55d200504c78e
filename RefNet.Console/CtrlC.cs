namespace RefNet.Console;

/// <summary>
/// As long as this lives, the first Ctrl-C asks a command to stop cleanly, and the second ends the process. Without it,
/// Ctrl-C ends the process at once.
/// </summary>
internal sealed class CtrlC : IDisposable
{
    // Never disposed: a Ctrl-C that arrives while this ends may still cancel it.
    private readonly CancellationTokenSource source;

    /// <summary>Starts listening; a cancellation of the caller's token is passed on.</summary>
    public CtrlC(CancellationToken cancellation)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        System.Console.CancelKeyPress += Stop;
    }

    /// <summary>Tells the command to stop.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose() => System.Console.CancelKeyPress -= Stop;

    private void Stop(object? sender, ConsoleCancelEventArgs key)
    {
        key.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
