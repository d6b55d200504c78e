namespace RefNet.Console;

/// <summary>
/// While this lives, the first Ctrl-C asks a command to stop in good order, and a second one ends the process. Without it,
/// Ctrl-C ends the process at once.
/// </summary>
internal sealed class CtrlC : IDisposable
{
    // Never disposed: a Ctrl-C that comes as this ends may still cancel it.
    private readonly CancellationTokenSource source;

    /// <summary>Begins to listen; what the caller's token asks for is passed on too.</summary>
    public CtrlC(CancellationToken cancellation)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        System.Console.CancelKeyPress += Stop;
    }

    /// <summary>Tells the command that it should stop.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose() => System.Console.CancelKeyPress -= Stop;

    private void Stop(object? sender, ConsoleCancelEventArgs key)
    {
        key.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
