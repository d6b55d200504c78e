using System.Runtime.InteropServices;

namespace RefNet.Gpu.Api;

/// <summary>
/// Finds libraries of CUDA: first in the folders that <see cref="Variable"/> lists, then in those of CUDA_PATH and
/// CUDA_HOME, then wherever the system's loader looks, and on Linux finally where the toolkit is usually installed. A folder
/// may be a toolkit, a folder of libraries, or the folder nvidia of a Python installation with NVIDIA's packages.
/// </summary>
/// <param name="IsWindows">Whether to use the names and folders of Windows.</param>
/// <param name="GetVariable">An environment variable, or null.</param>
/// <param name="FilesIn">The names of the files in a folder; none if there is no such folder.</param>
/// <param name="Open">Loads a library by its path or name; it throws what NativeLibrary.Load throws.</param>
internal sealed record CudaSearch(bool IsWindows, Func<string, string?> GetVariable, Func<string, IReadOnlyList<string>> FilesIn, Func<string, NativeExports> Open)
{
    /// <summary>The environment variable with folders of CUDA's libraries, separated as in PATH.</summary>
    public const string Variable = "REFNET_CUDA";

    private const string UsualToolkit = "/usr/local/cuda";

    private static readonly string[] variables = [Variable, "CUDA_PATH", "CUDA_HOME"];
    private static readonly string[] linuxFolders = ["", "lib64", "lib", "cu13/lib", "cublas/lib", "cuda_nvrtc/lib", "cudnn/lib"];
    private static readonly string[] windowsFolders = ["", @"bin\x64", "bin", @"cu13\bin\x86_64", @"cublas\bin", @"cuda_nvrtc\bin", @"cudnn\bin"];

    /// <summary>The search on this machine.</summary>
    public static CudaSearch ThisMachine { get; } = new(
        OperatingSystem.IsWindows(), Environment.GetEnvironmentVariable,
        folder => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions()).Select(path => Path.GetFileName(path))] : [],
        path =>
        {
            nint handle = NativeLibrary.Load(path);
            return new NativeExports(path, name => NativeLibrary.TryGetExport(handle, name, out nint address) ? address : 0);
        });

    /// <summary>Loads a library.</summary>
    /// <param name="library">The library.</param>
    /// <param name="newestCuda">The newest CUDA that the driver supports: newer libraries would load, and then fail.</param>
    /// <returns>Its functions, or null and what was not found.</returns>
    public (NativeExports? Library, string? Problem) Find(CudaLibrary library, int newestCuda = int.MaxValue)
    {
        CudaFile.Names[] names = [.. library.Files.Where(file => file.Cuda <= newestCuda).Select(file => IsWindows ? file.Windows : file.Linux)];
        List<string> failures = [];
        NativeExports? found = InFolders(variables.SelectMany(Folders), names, failures)
            ?? ByTheLoader(names)
            ?? InFolders(IsWindows ? [] : Folders(UsualToolkit, linuxFolders), names, failures);
        if (found is not null)
            return (found, null);

        string driver = names.Length < library.Files.Length ? $", which the driver, for CUDA {newestCuda}, can run," : "";
        string looked = $"looked for {string.Join(", ", names.Select(name => name.File))}{driver} in {string.Join(", ", variables.Select(Describe))}"
            + $"{(IsWindows ? "" : $", {UsualToolkit}")} and where the system looks";
        return (null, failures.Count > 0 ? string.Join("; ", failures) : $"not found: {looked}. It comes with {library.ComesWith}");
    }

    private NativeExports? InFolders(IEnumerable<string> folders, CudaFile.Names[] names, List<string> failures)
    {
        foreach (string folder in folders)
        {
            IReadOnlyList<string> files = FilesIn(folder);
            foreach (CudaFile.Names name in names.Where(name => files.Contains(name.File)))
            {
                OpenNeighbours(folder, files, name);
                string path = Join(folder, name.File);
                if (TryOpen(path, out string? problem) is { } library)
                    return library;
                failures.Add($"{path} is there but does not load: {problem}");
            }
        }

        return null;
    }

    private NativeExports? ByTheLoader(CudaFile.Names[] names) => names.Select(name => TryOpen(name.File, out _)).FirstOrDefault(library => library is not null);

    // A library that is loaded by its path does not find its neighbours unless they are already loaded.
    private void OpenNeighbours(string folder, IReadOnlyList<string> files, CudaFile.Names name)
    {
        if (name.Neighbour is null)
            return;
        foreach (string file in files.Where(file => file.StartsWith(name.Neighbour, StringComparison.Ordinal) && !file.Contains(".alt.", StringComparison.Ordinal)))
            TryOpen(Join(folder, file), out _);
    }

    private NativeExports? TryOpen(string path, out string? problem)
    {
        try
        {
            problem = null;
            return Open(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            problem = error.Message.ReplaceLineEndings(" ");
            return null;
        }
    }

    private string Describe(string variable) => $"{variable} ({(string.IsNullOrEmpty(GetVariable(variable)) ? "not set" : GetVariable(variable))})";

    private IEnumerable<string> Folders(string variable) =>
        (GetVariable(variable) ?? "").Split(IsWindows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(root => Folders(root, IsWindows ? windowsFolders : linuxFolders));

    private IEnumerable<string> Folders(string root, string[] folders) => folders.Select(folder => Join(root, folder));

    private string Join(string folder, string name) => name.Length == 0 ? folder : $"{folder.TrimEnd('/', '\\')}{(IsWindows ? '\\' : '/')}{name}";
}
