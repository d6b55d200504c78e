using System.Diagnostics;

namespace RefNet.Benchmarks.Peers;

/// <summary>Something that does the work: a program, and the environment that it runs in.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Backend">What the program is told to compute with.</param>
/// <param name="UsesPython">Whether it is PyTorch, or this program.</param>
/// <param name="Variables">Variables of its environment.</param>
internal sealed record Rival(string Name, string Backend, bool UsesPython, params IReadOnlyList<KeyValuePair<string, string>> Variables)
{
    private static readonly string self = OperatingSystem.IsWindows() ? "RefNet.Benchmarks.exe" : "RefNet.Benchmarks";

    /// <summary>Starts one of its programs.</summary>
    /// <exception cref="RivalException">It cannot be started.</exception>
    public Process Start(ProcessStartInfo program)
    {
        try
        {
            return Process.Start(program) ?? throw new RivalException($"{Name} could not be started.");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new RivalException($"{Name} could not be started: {error.Message}.");
        }
    }

    /// <summary>How to start a worker of this rival.</summary>
    public ProcessStartInfo StartWorker(int threads) => UsesPython
        ? StartPython("worker.py", Backend, $"{threads}")
        : Start(Path.Combine(AppContext.BaseDirectory, self), "worker", Backend, $"{threads}");

    /// <summary>How to start a script of the PyTorch folder.</summary>
    public ProcessStartInfo StartPython(string script, params IReadOnlyList<string> arguments) =>
        Start(Rivals.Python, [Path.Combine(AppContext.BaseDirectory, "PyTorch", script), .. arguments]);

    /// <summary>How to start a program in the environment of this rival, and of no other.</summary>
    public ProcessStartInfo Start(string program, params IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        foreach (string variable in Rivals.DisturbingVariables)
            start.Environment.Remove(variable);
        foreach ((string variable, string value) in Variables)
            start.Environment[variable] = value;
        return start;
    }
}

/// <summary>A rival could not do its work, or gave another result.</summary>
internal sealed class RivalException(string message) : Exception(message);
