using System.Numerics;
using RefNet.Blocks;
using RefNet.Interop;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>
/// The parameters and buffers of a network in a safetensors file, and with them, where a run is to be resumed, the state of
/// the optimiser. The file names the model, so that weights of another one are recognised.
/// </summary>
public static class Checkpoint
{
    private const string ModelKey = "model";

    /// <summary>Writes a checkpoint; the file at <paramref name="path"/> stays as it was until the new one is whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="network">The network.</param>
    /// <param name="optimizer">The optimiser whose state is saved too, or null.</param>
    /// <param name="notes">What else is known: the epoch ...</param>
    public static void Save<T>(string path, string model, Sequential<T> network, Optimizer<T>? optimizer, IEnumerable<KeyValuePair<string, string>> notes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Safetensors.Write(path, new Dictionary<string, Tensor<T>>(Contents(network, optimizer)), new Dictionary<string, string>([KeyValuePair.Create(ModelKey, model), .. notes]));

    /// <summary>Reads a checkpoint; where anything is wrong with it, the network stays as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The name of the model that it must be of.</param>
    /// <param name="network">The network.</param>
    /// <param name="optimizer">The optimiser whose state is read too, or null.</param>
    /// <returns>The notes that were saved with it.</returns>
    /// <exception cref="InputException">It is of another model, damaged, or holds numbers that are not finite.</exception>
    public static IReadOnlyDictionary<string, string> Load<T>(string path, string model, Sequential<T> network, Optimizer<T>? optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SafetensorsFile file = Safetensors.Read(path);
        string found = file.Metadata.GetValueOrDefault(ModelKey, "an unnamed model");
        if (found != model)
            throw new InputException($"{path}: expected weights of {model}; found those of {found}. Take a checkpoint that was trained as {model}.");

        List<(Tensor<T> Target, Tensor<T> Source)> copies = [];
        foreach ((string name, Tensor<T> target) in Contents(network, optimizer))
        {
            if (!file.Contains(name))
                throw new InputException($"{path}: expected a tensor {name} of shape {target.Shape}; the file has none. Was it made by another version of {model}?");
            Tensor<T> source = file.Tensor<T>(name);
            if (!source.Shape.Equals(target.Shape))
                throw new InputException($"{path}: expected {name} with shape {target.Shape}; found {source.Shape}. Was it made by another version of {model}?");
            foreach (T value in source.Span)
            {
                if (!T.IsFinite(value))
                    throw new InputException($"{path}: expected finite numbers; found {value} in {name}. The training had diverged, or the file is damaged: take another checkpoint.");
            }

            copies.Add((target, source));
        }

        foreach ((Tensor<T> target, Tensor<T> source) in copies)
            target.CopyFrom(source.Span);
        return file.Metadata;
    }

    private static IEnumerable<KeyValuePair<string, Tensor<T>>> Contents<T>(Sequential<T> network, Optimizer<T>? optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        network.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))
            .Concat(network.Buffers.Select(buffer => KeyValuePair.Create(buffer.Name, buffer.Value)))
            .Concat(optimizer?.State ?? []);
}
