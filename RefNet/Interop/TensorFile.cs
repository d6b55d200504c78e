using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interop;

/// <summary>A file of named tensors that was read and is intact: safetensors, or NumPy's npz or npy.</summary>
public abstract class TensorFile
{
    private readonly Dictionary<string, StoredTensor> tensors = [];
    private readonly List<string> names = [];

    private protected TensorFile(string path) => Path = path;

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The names of the tensors, in the order of the file.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The tensors, in the order of the file.</summary>
    public IEnumerable<StoredTensor> Tensors => names.Select(name => tensors[name]);

    /// <summary>The notes stored with the tensors; none in formats without notes.</summary>
    public virtual IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>Reads a file; its first bytes determine the format.</summary>
    /// <exception cref="InputException">There is no such file, or it is damaged or in another format.</exception>
    public static TensorFile Read(string path) => Parse(path, InputFile.Read(path, FileLimits.Weights));

    /// <summary>Reads the bytes of a file.</summary>
    internal static TensorFile Parse(string path, byte[] bytes) =>
        NpzFile.IsNpz(bytes) ? new NpzFile(path, bytes)
        : NpyHeader.IsNpy(bytes) ? new NpyFile(path, bytes)
        : new SafetensorsFile(path, bytes);

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => tensors.ContainsKey(name);

    /// <summary>A tensor as stored in the file.</summary>
    /// <exception cref="InputException">There is no such tensor.</exception>
    public StoredTensor this[string name] =>
        tensors.TryGetValue(name, out StoredTensor? tensor)
            ? tensor
            : throw InputFile.Error(Path, $"a tensor {name}", tensors.Count == 0 ? "none" : Some(Names), "Give a file of the same network.");

    /// <summary>The extents of a tensor; none for a single number.</summary>
    public IReadOnlyList<long> Extents(string name) => this[name].Extents;

    /// <summary>A tensor, converted; see <see cref="StoredTensor.To"/>.</summary>
    /// <exception cref="InputException">There is no such tensor, or it cannot be converted.</exception>
    public Tensor<T> Tensor<T>(string name) where T : unmanaged, IBinaryFloatingPointIeee754<T> => this[name].To<T>();

    /// <summary>Adds a tensor.</summary>
    /// <exception cref="InputException">There already is one of this name.</exception>
    private protected void Add(StoredTensor tensor)
    {
        if (!tensors.TryAdd(tensor.Name, tensor))
            throw InputFile.Error(Path, "each tensor once", $"two called {tensor.Name}", "The file is damaged: get another copy.");
        names.Add(tensor.Name);
    }

    // Shortens a list: a network may have thousands of names.
    private static string Some(IReadOnlyList<string> names)
    {
        const int Most = 20;
        return string.Join(", ", names.Take(Most)) + (names.Count > Most ? $" and {names.Count - Most} more" : "");
    }
}
