using RefNet.Console;

return Host.Run(args, Terminal.OfProcess(), CancellationToken.None);
