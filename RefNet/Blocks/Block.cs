using System.Numerics;
using RefNet.Layers;

namespace RefNet.Blocks;

/// <summary>
/// A layer made of layers. It owns their parameters and buffers, and puts each layer's name in front of theirs:
/// C1.weight, and Residual3.Sequential1.C1.weight in a block inside a block.
/// </summary>
public abstract class Block<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Layer<T>[] layers;

    /// <summary>Takes in layers.</summary>
    /// <param name="layers">The layers; names must differ, and those without one get their type and place.</param>
    /// <exception cref="ArgumentException">Two layers have the same name.</exception>
    protected Block(params ReadOnlySpan<Layer<T>> layers)
    {
        this.layers = layers.ToArray();
        HashSet<string> names = [];
        for (int i = 0; i < layers.Length; i++)
        {
            Layer<T> layer = layers[i];
            layer.NameByPlace(i + 1);
            if (!names.Add(layer.Name))
                throw new ArgumentException($"Two layers are called {layer.Name}; the names in a network must differ.", nameof(layers));
            foreach (Parameter<T> parameter in layer.Parameters)
                parameter.Name = $"{layer.Name}.{parameter.Name}";
            foreach (Buffer<T> buffer in layer.Buffers)
                buffer.Name = $"{layer.Name}.{buffer.Name}";
        }

        Parameters = [.. this.layers.SelectMany(layer => layer.Parameters)];
        Buffers = [.. this.layers.SelectMany(layer => layer.Buffers)];
    }

    /// <summary>The layers, in the order in which they were given.</summary>
    public IReadOnlyList<Layer<T>> Layers => layers;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Buffer<T>> Buffers { get; }
}
