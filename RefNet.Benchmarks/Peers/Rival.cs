using System.Diagnostics;

namespace RefNet.Benchmarks.Peers;

/// <summary>The program that does the work of a rival.</summary>
internal enum RivalProgram
{
    /// <summary>This program.</summary>
    Benchmarks,

    /// <summary>The scripts of the PyTorch folder.</summary>
    PyTorch,

    /// <summary>RefNet.Peers.</summary>
    Peers,
}

/// <summary>A competitor: a program, and the environment that it runs in.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Backend">The backend that the program is told to use.</param>
/// <param name="Program">The program.</param>
/// <param name="Variables">Its environment variables.</param>
internal sealed record Rival(string Name, string Backend, RivalProgram Program, params IReadOnlyList<KeyValuePair<string, string>> Variables)
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
    public ProcessStartInfo StartWorker(int threads) => Program switch
    {
        RivalProgram.PyTorch => StartPython("worker.py", Backend, $"{threads}"),
        RivalProgram.Peers when Backend == Rivals.OnnxBackend => Start(PeerProgram.Path, Backend, $"{threads}", Rivals.Python, Script("export_onnx.py")),
        RivalProgram.Peers => Start(PeerProgram.Path, Backend, $"{threads}"),
        _ => Start(Path.Combine(AppContext.BaseDirectory, self), "worker", Backend, $"{threads}"),
    };

    /// <summary>How to start a script of the PyTorch folder.</summary>
    public ProcessStartInfo StartPython(string script, params IReadOnlyList<string> arguments) =>
        Start(Rivals.Python, ["-B", Script(script), .. arguments]);

    /// <summary>How to start a program in the environment of this rival only.</summary>
    public ProcessStartInfo Start(string program, params IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        foreach (string variable in Rivals.DisturbingVariables)
            start.Environment.Remove(variable);
        foreach ((string variable, string value) in Rivals.HeldToAvx2 ? Variables.Concat(Rivals.HoldingToAvx2) : Variables)
            start.Environment[variable] = value;
        return start;
    }

    private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "PyTorch", name);
}

/// <summary>A rival could not do its work, or gave another result.</summary>
internal sealed class RivalException(string message) : Exception(message);
