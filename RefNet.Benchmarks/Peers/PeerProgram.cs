using System.ComponentModel;
using System.Diagnostics;

namespace RefNet.Benchmarks.Peers;

/// <summary>RefNet.Peers, the worker of LibTorch and ONNX Runtime: its packages are so large that it is never built implicitly.</summary>
internal static class PeerProgram
{
    /// <summary>An environment variable with a folder of libraries that its workers need and the system lacks.</summary>
    public const string LibrariesVariable = "REFNET_PEER_LIBRARIES";

    /// <summary>The path of its build: the project beside this one, with the same target framework.</summary>
    public static string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", "..", "RefNet.Peers", "bin", "Release",
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), OperatingSystem.IsWindows() ? "RefNet.Peers.exe" : "RefNet.Peers"));

    /// <summary>The folder of libraries as an environment variable of a worker.</summary>
    public static IEnumerable<KeyValuePair<string, string>> LibraryPath =>
        Environment.GetEnvironmentVariable(LibrariesVariable) is { Length: > 0 } folder ? [new("LD_LIBRARY_PATH", folder)] : [];

    public static PeerLibrary LibTorch => PeerLibrary.Read("LibTorch", answers.Value);

    public static PeerLibrary OnnxRuntime => PeerLibrary.Read("ONNX Runtime", answers.Value);

    private static readonly Lazy<string[]> answers = new(Ask);

    /// <summary>Whether it has been built.</summary>
    public static bool IsBuilt => File.Exists(Path);

    private static string[] Ask()
    {
        try
        {
            using Process process = Process.Start(new Rival("RefNet.Peers", "", RivalProgram.Peers, [.. LibraryPath]).Start(Path, "versions"))!;
            string[] lines = process.StandardOutput.ReadToEnd().Split('\n');
            process.WaitForExit();
            return lines;
        }
        catch (Win32Exception error)
        {
            Console.Error.WriteLine(error.Message);
            return [];
        }
    }
}
