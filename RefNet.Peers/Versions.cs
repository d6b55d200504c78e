using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace RefNet.Peers;

/// <summary>Which libraries can be loaded here.</summary>
internal static partial class Versions
{
    /// <summary>Makes LibTorch heed TORCH_CPP_LOG_LEVEL, as PyTorch does; elsewhere than on Linux, what LibTorch calls this is another name.</summary>
    public static void InitializeLogging()
    {
        if (OperatingSystem.IsLinux())
            InitLogging();
    }

    [LibraryImport("c10", EntryPoint = "_ZN3c1011initLoggingEv")]
    private static partial void InitLogging();

    /// <summary>Writes a line for each library: its name, and its version, or "missing" and why.</summary>
    public static int Write()
    {
        Write("libtorch", () =>
        {
            // Before TorchSharp tries: where this fails, it copies packages, and does not say what is missing.
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
            return torch.__version__;
        });
        Write("onnxruntime", () => OrtEnv.Instance().GetVersionString());
        return 0;
    }

    private static void Write(string library, Func<string> load)
    {
        string answer;
        try
        {
            answer = load();
        }
        catch (Exception error) when (error is NotSupportedException or DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            answer = $"missing {error.GetBaseException().Message.ReplaceLineEndings(" ")}";
        }

        Console.WriteLine($"{library} {answer}");
    }
}
