using System.Runtime.InteropServices;

namespace RefNet.Gpu.Api;

/// <summary>
/// Finds libraries of CUDA: first in the folders that <see cref="Variable"/> lists, then in those of CUDA_PATH and
/// CUDA_HOME, then wherever the system's loader looks.
/// </summary>
/// <param name="IsWindows">Whose names and folders are meant.</param>
/// <param name="GetVariable">An environment variable, or null.</param>
/// <param name="FileExists">Whether there is such a file.</param>
/// <param name="Open">Loads a library by its path or name; it throws what NativeLibrary.Load throws.</param>
internal sealed record CudaSearch(bool IsWindows, Func<string, string?> GetVariable, Func<string, bool> FileExists, Func<string, NativeExports> Open)
{
    /// <summary>The environment variable with folders of CUDA's libraries, separated as in PATH.</summary>
    public const string Variable = "REFNET_CUDA";

    private static readonly string[] toolkitVariables = ["CUDA_PATH", "CUDA_HOME"];

    /// <summary>The search on this machine.</summary>
    public static CudaSearch ThisMachine { get; } = new(
        OperatingSystem.IsWindows(), Environment.GetEnvironmentVariable, File.Exists, path =>
        {
            nint handle = NativeLibrary.Load(path);
            return new NativeExports(path, name => NativeLibrary.TryGetExport(handle, name, out nint address) ? address : 0);
        });

    /// <summary>Loads a library.</summary>
    /// <returns>Its functions, or null and what was looked for in vain.</returns>
    public (NativeExports? Library, string? Problem) Find(CudaLibrary library)
    {
        string[] names = IsWindows ? library.WindowsNames : library.LinuxNames;
        List<string> failures = [];
        foreach (string path in Folders().SelectMany(folder => names.Select(name => Join(folder, name))).Where(FileExists).Concat(names))
        {
            try
            {
                OpenCompanion(library, path);
                return (Open(path), null);
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                if (!names.Contains(path))
                    failures.Add($"{path} is there but does not load: {error.Message.ReplaceLineEndings(" ")}");
            }
        }

        string looked = $"looked for {string.Join(", ", names)} in {string.Join(", ", Variables().Select(Describe))} and where the system looks";
        return (null, failures.Count > 0 ? string.Join("; ", failures) : $"not found: {looked}. It comes with {library.ComesWith}");
    }

    // A library that is loaded by its path does not find its neighbours, unless they are loaded already.
    private void OpenCompanion(CudaLibrary library, string path)
    {
        int name = path.LastIndexOf("cublas", StringComparison.Ordinal);
        if (library.Companion is null || name < 0)
            return;
        string companion = path[..name] + library.Companion + path[(name + "cublas".Length)..];
        if (FileExists(companion))
            _ = Open(companion);
    }

    private static IEnumerable<string> Variables() => [Variable, .. toolkitVariables];

    private string Describe(string variable) => $"{variable} ({(string.IsNullOrEmpty(GetVariable(variable)) ? "not set" : GetVariable(variable))})";

    private IEnumerable<string> Folders() =>
        from variable in Variables()
        from root in (GetVariable(variable) ?? "").Split(IsWindows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries)
        from folder in IsWindows ? new[] { "", @"bin\x64", "bin" } : ["", "lib64", "lib"]
        select Join(root, folder);

    private string Join(string folder, string name) => name.Length == 0 ? folder : $"{folder.TrimEnd('/', '\\')}{(IsWindows ? '\\' : '/')}{name}";
}
