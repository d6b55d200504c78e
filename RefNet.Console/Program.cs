using RefNet.Console;

using CancellationTokenSource cancellation = new();
System.Console.CancelKeyPress += (_, key) =>
{
    // The first Ctrl-C asks the command to end in good order; a second one ends the process.
    key.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};
return Host.Run(args, Terminal.OfProcess(), cancellation.Token);
