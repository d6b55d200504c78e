using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interop;

/// <summary>
/// Parameters and buffers of a network from a file of tensors, by their paths. Names of batch normalisation may be PyTorch's: weight, bias,
/// running_mean, running_var. Kernels in files are those of cross-correlation, which PyTorch and ONNX call convolution: where a layer flips
/// its kernels, they are rotated by 180 degrees.
/// </summary>
public static class NetworkWeights
{
    private const int MostListed = 12;

    // Names of batch normalisation here and in PyTorch.
    private static readonly Dictionary<string, string> inPyTorch = new()
    {
        ["gamma"] = "weight",
        ["beta"] = "bias",
        ["runningMean"] = "running_mean",
        ["runningVariance"] = "running_var",
    };

    /// <summary>Sets all parameters and buffers; if anything is missing or does not fit, the network is unchanged.</summary>
    /// <param name="network">The network.</param>
    /// <param name="file">The file.</param>
    /// <returns>The names of the tensors that the network does not use.</returns>
    /// <exception cref="InputException">Tensors are missing, have other shapes, or cannot be read: the message lists them all.</exception>
    public static IReadOnlyList<string> Load<T>(Network<T> network, TensorFile file) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Load(network, file, without: []);

    /// <summary>
    /// The same, but where the file has a different number of classes, the classifying layers keep their present weights: those whose
    /// parameters differ from the file's only in the first extent, which is C here and C' there. The last layer must be one of them.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="file">The file.</param>
    /// <returns>The paths of the unchanged layers; none where the numbers of classes are equal.</returns>
    /// <exception cref="InputException">Tensors are missing, have other shapes, or cannot be read: the message lists them all.</exception>
    public static IReadOnlyList<string> LoadAllButHeads<T>(Network<T> network, TensorFile file) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[] heads = HeadsOfOtherClasses(network, file);
        Load(network, file, heads);
        return heads;
    }

    // Empty where more than the number of classes differs: Load then says what.
    private static string[] HeadsOfOtherClasses<T>(Network<T> network, TensorFile file) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (string Path, Layer<T> Layer)[] layers = [.. network.Walk().Where(place => place.Layer.Layers.Count == 0 && place.Layer.Parameters.Count > 0)];
        int classes = network.OutputShape(network.InputShape)[0];
        if (layers.Length == 0 || OthersClasses(layers[^1]) is not { } others || others == classes)
            return [];
        return [.. layers.Where(place => OthersClasses(place) == others).Select(place => place.Path)];

        // C' where the file has this layer for C' classes; null where it does not.
        long? OthersClasses((string Path, Layer<T> Layer) place)
        {
            long[] counts = [.. place.Layer.Parameters.Select(parameter =>
                NameIn(file, Paths.Join(place.Path, parameter.Name)) is { } name && file.Extents(name) is { Count: > 0 } extents && parameter.Shape[0] == classes
                && extents.Skip(1).SequenceEqual(parameter.Shape.ToArray().Skip(1).Select(extent => (long)extent)) ? extents[0] : -1).Distinct()];
            return counts is [>= 0] ? counts[0] : null;
        }
    }

    private static IReadOnlyList<string> Load<T>(Network<T> network, TensorFile file, string[] without) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<string> problems = [];
        List<(Parameter<T> Parameter, StoredTensor Stored)> parameters = [];
        List<(Buffer<T> Buffer, StoredTensor Stored)> buffers = [];
        HashSet<string> used = [];
        foreach ((string path, Parameter<T> parameter) in network.NamedParameters().Where(place => !without.Contains(place.Path[..^(place.Parameter.Name.Length + 1)])))
        {
            if (Find(file, path, parameter.Shape, problems) is { } stored && used.Add(stored.Name))
                parameters.Add((parameter, stored));
        }

        foreach ((string path, Buffer<T> buffer) in network.NamedBuffers().Where(place => !place.Buffer.CountsDraws || file.Contains(place.Path)))
        {
            if (Find(file, path, buffer.Value.Shape, problems) is { } stored && used.Add(stored.Name))
                buffers.Add((buffer, stored));
        }

        if (problems.Count > 0)
        {
            string more = problems.Count > MostListed ? $"; and {problems.Count - MostListed} more" : "";
            throw new InputException($"{file.Path}: expected the tensors of the network; found {string.Join("; ", problems.Take(MostListed))}{more}. Give weights of the same architecture, with the same number of classes.");
        }

        // All are converted before any is set: a tensor that cannot be converted leaves the network unchanged.
        (Parameter<T> Parameter, Tensor<T> Value)[] values = [.. parameters.Select(found => (found.Parameter, Oriented(found.Parameter, found.Stored.To<T>())))];
        (Buffer<T> Buffer, Tensor<T> Value)[] states = [.. buffers.Select(found => (found.Buffer, found.Stored.To<T>()))];
        foreach ((Parameter<T> parameter, Tensor<T> value) in values)
            parameter.Set(value);
        foreach ((Buffer<T> buffer, Tensor<T> value) in states)
            buffer.Value.CopyFrom(value.Values);
        return [.. file.Names.Where(name => !used.Contains(name))];
    }

    /// <summary>The gradient of each parameter by its path, in the orientation that files use for the parameter.</summary>
    public static IReadOnlyDictionary<string, Tensor<T>> Gradients<T>(Network<T> network) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        network.NamedParameters().ToDictionary(place => place.Path, place => Oriented(place.Parameter, place.Parameter.Gradient));

    /// <summary>Kernels rotated by 180 degrees. They are the last two axes: reversing the elements of a kernel rotates it.</summary>
    internal static Tensor<T> Turned<T>(Tensor<T> kernels) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> turned = kernels.Clone();
        int taps = kernels.Shape[kernels.Shape.Rank - 2] * kernels.Shape[kernels.Shape.Rank - 1];
        for (int first = 0; first < turned.Count; first += taps)
            turned.Span.Slice(first, taps).Reverse();
        return turned;
    }

    private static Tensor<T> Oriented<T>(Parameter<T> parameter, Tensor<T> stored) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        parameter.IsFlippedKernel ? Turned(stored) : stored;

    // The tensor of a path, under one of its names; null, and a new problem, where none fits.
    private static StoredTensor? Find(TensorFile file, string path, Shape shape, List<string> problems)
    {
        string? found = NameIn(file, path);
        if (found is null)
            problems.Add($"no {InPyTorch(path)}, {shape}");
        else if (!file.Extents(found).SequenceEqual(shape.ToArray().Select(extent => (long)extent)))
            problems.Add($"{found} as {string.Join("x", file.Extents(found))} instead of {shape}");
        else
            return file[found];
        return null;
    }

    private static string? NameIn(TensorFile file, string path) => file.Contains(path) ? path : file.Contains(InPyTorch(path)) ? InPyTorch(path) : null;

    private static string InPyTorch(string path)
    {
        string name = path.Split('.')[^1];
        return inPyTorch.TryGetValue(name, out string? alias) ? path[..^name.Length] + alias : path;
    }
}
