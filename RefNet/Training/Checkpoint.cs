using System.Numerics;
using RefNet.Blocks;
using RefNet.Interop;
using RefNet.Layers;
using RefNet.Optimizers;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Training;

/// <summary>
/// The parameters and buffers of a network in a safetensors file, by their paths; for resuming a run, with the state of the
/// optimizer and the average of the weights. The file names the model, so that weights of another model are recognised.
/// </summary>
/// <remarks>
/// Files hold kernels as cross-correlation applies them, which PyTorch and ONNX call convolution: kernels that a
/// layer flips are rotated by 180 degrees on saving and loading. The state of the optimizer is saved unchanged.
/// </remarks>
public static class Checkpoint
{
    private const string ModelKey = "model";
    private const string KernelsKey = "kernels";
    private const string CrossCorrelation = "cross-correlation";

    /// <summary>Writes a checkpoint; the file at <paramref name="path"/> is unchanged until the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="network">The network.</param>
    /// <param name="optimizer">The optimizer whose state is saved too, or null.</param>
    /// <param name="notes">Further notes, such as the epoch.</param>
    /// <param name="average">The average of the weights that is saved too, or null.</param>
    public static void Save<T>(string path, string model, Network<T> network, Optimizer<T>? optimizer, IEnumerable<KeyValuePair<string, string>> notes, WeightAverage<T>? average = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        AtomicFile.Write(path, stream => Write(stream, model, network, optimizer, notes, average));

    /// <summary>Writes the contents of a checkpoint.</summary>
    /// <inheritdoc cref="Save"/>
    internal static void Write<T>(Stream stream, string model, Network<T> network, Optimizer<T>? optimizer, IEnumerable<KeyValuePair<string, string>> notes, WeightAverage<T>? average = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Safetensors.Write(
            stream, Contents(network, optimizer, average).ToDictionary(entry => entry.Name, entry => entry.IsFlippedKernel ? NetworkWeights.Turned(entry.Tensor) : entry.Tensor),
            new Dictionary<string, string>([KeyValuePair.Create(ModelKey, model), KeyValuePair.Create(KernelsKey, CrossCorrelation), .. notes]));

    /// <summary>Reads a checkpoint; if anything is wrong with it, the network is unchanged.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The name of the model whose weights are expected.</param>
    /// <param name="network">The network.</param>
    /// <param name="optimizer">The optimizer whose state is read too, or null.</param>
    /// <param name="average">The average of the weights that is read too, or null.</param>
    /// <returns>The notes saved with it.</returns>
    /// <exception cref="InputException">It is of another model, damaged, or holds numbers that are not finite.</exception>
    public static IReadOnlyDictionary<string, string> Load<T>(string path, string model, Network<T> network, Optimizer<T>? optimizer, WeightAverage<T>? average = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SafetensorsFile file = Safetensors.Read(path);
        string found = file.Metadata.GetValueOrDefault(ModelKey, "an unnamed model");
        if (found != model)
            throw new InputException($"{path}: expected weights of {model}; found those of {found}. Give a checkpoint of {model}.");

        if (file.Metadata.GetValueOrDefault(KernelsKey) != CrossCorrelation)
            throw new InputException($"{path}: expected kernels as {CrossCorrelation}; found a checkpoint of an older version of RefNet, which held flipped kernels under other names. Train again.");

        List<(Tensor<T> Target, Tensor<T> Source)> copies = [];
        foreach ((string name, Tensor<T> target, bool isFlippedKernel) in Contents(network, optimizer, average))
        {
            if (!file.Contains(name))
                throw new InputException($"{path}: expected a tensor {name} of shape {target.Shape}; the file has none. Was it made by another version of {model}?");
            Tensor<T> source = file.Tensor<T>(name);
            if (!source.Shape.Equals(target.Shape))
                throw new InputException($"{path}: expected {name} with shape {target.Shape}; found {source.Shape}. Was it made by another version of {model}?");
            foreach (T value in source.Values)
            {
                if (!T.IsFinite(value))
                    throw new InputException(Invariant($"{path}: expected finite numbers; found {value} in {name}. The training diverged, or the file is damaged: give another checkpoint."));
            }

            copies.Add((target, isFlippedKernel ? NetworkWeights.Turned(source) : source));
        }

        foreach ((Tensor<T> target, Tensor<T> source) in copies)
            target.CopyFrom(source.Values);
        return file.Metadata;
    }

    private static IEnumerable<(string Name, Tensor<T> Tensor, bool IsFlippedKernel)> Contents<T>(Network<T> network, Optimizer<T>? optimizer, WeightAverage<T>? average)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((string path, Parameter<T> parameter) in network.NamedParameters())
            yield return (path, parameter.Value, parameter.IsFlippedKernel);
        foreach ((string path, Buffer<T> buffer) in network.NamedBuffers())
            yield return (path, buffer.Value, false);
        foreach ((string name, Tensor<T> tensor) in optimizer?.State([.. network.NamedParameters().Select(named => named.Path)]) ?? [])
            yield return (name, tensor, false);
        foreach ((string Name, Tensor<T> Tensor, bool IsFlippedKernel) entry in average?.State() ?? [])
            yield return entry;
    }
}
