using System.Diagnostics;
using RefNet.Backends.Simd;
using RefNet.Console;
using RefNet.Gpu;

namespace RefNet.Tests.Console;

/// <summary>Runs the host for tests: within this process, or as a process of its own.</summary>
internal static class Refnet
{
    /// <summary>What a command line gave.</summary>
    public sealed record Result(int Code, string Output, string Error)
    {
        public override string ToString() => $"exit code {Code}\n{Output}{Error}";
    }

    /// <summary>Runs a command line within this process.</summary>
    public static Result Run(params string[] arguments) => Run(default, isLive: false, arguments);

    /// <summary>Runs a command line within this process.</summary>
    public static Result Run(CancellationToken cancellation, bool isLive, params string[] arguments) =>
        Run(EngineCases.All, cancellation, isLive, arguments);

    /// <summary>Runs a command line within this process, with another CUDA.</summary>
    public static Result Run(Func<CudaProbe> findCuda, params string[] arguments) => Run(EngineCases.All, findCuda, default, isLive: false, arguments);

    /// <summary>Runs a command line within this process, with other cases for gradcheck.</summary>
    public static Result Run(IReadOnlyList<CaseSource> cases, CancellationToken cancellation, bool isLive, params string[] arguments) =>
        Run(cases, CudaProbe.Run, cancellation, isLive, arguments);

    private static Result Run(IReadOnlyList<CaseSource> cases, Func<CudaProbe> findCuda, CancellationToken cancellation, bool isLive, string[] arguments)
    {
        int threads = ParallelLoop.MaxThreads;
        using StringWriter output = new();
        using StringWriter error = new();
        try
        {
            int code = Host.Run(arguments, new Terminal(output, error, isLive, width: 120), cancellation, () => cases, findCuda);
            return new Result(code, output.ToString(), error.ToString());
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }
    }

    /// <summary>Starts a command line as a process of its own.</summary>
    public static Process Start(params string[] arguments) => StartProgram("dotnet", [Program, .. arguments]);

    /// <summary>
    /// Starts a command line as a process that Ctrl-C ends, even where these tests run in the background of a shell that ignores
    /// it: a signal that is ignored stays so in child processes.
    /// </summary>
    public static Process StartInForeground(params string[] arguments) => StartProgram("env", ["--default-signal=INT", "dotnet", Program, .. arguments]);

    /// <summary>Starts a command line with a variable of the environment.</summary>
    public static Process StartWith(string variable, string value, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [variable] = value },
        })!;

    /// <summary>Starts any program.</summary>
    public static Process StartProgram(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Waits for the end of a process.</summary>
    public static Result End(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Result(process.ExitCode, output, error.Result);
    }

    /// <summary>The program, as it stands beside these tests.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "RefNet.Console.dll");
}
