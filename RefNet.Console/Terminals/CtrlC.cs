namespace RefNet.Console;

/// <summary>
/// While this object lives, the first Ctrl-C asks the command to stop cleanly, and the second ends the process. Otherwise Ctrl-C
/// ends the process at once.
/// </summary>
internal sealed class CtrlC : IDisposable
{
    // Never disposed: a late Ctrl-C may still cancel it during Dispose.
    private readonly CancellationTokenSource source;

    /// <summary>Starts listening; cancellation of the caller's token cancels this one too.</summary>
    public CtrlC(CancellationToken cancellation)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        System.Console.CancelKeyPress += Stop;
    }

    /// <summary>The token that asks the command to stop.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose() => System.Console.CancelKeyPress -= Stop;

    private void Stop(object? sender, ConsoleCancelEventArgs key)
    {
        key.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
