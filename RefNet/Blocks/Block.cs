using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// A layer made of layers, which hold all its parameters and buffers. A block defines how x passes through its layers
/// and how the gradient returns; its own mathematics is limited to sums, copies and products of their outputs.
/// </summary>
public abstract class Block<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Layer<T>[] layers;
    private IReadOnlyList<Parameter<T>>? parameters;
    private IReadOnlyList<Buffer<T>>? buffers;

    /// <summary>Creates a block from its layers.</summary>
    /// <param name="layers">The layers; names must differ, and a layer without one is named after its type and position, from 1.</param>
    /// <exception cref="ArgumentException">Two layers have the same name, or the same layer appears twice.</exception>
    private protected Block(params ReadOnlySpan<Layer<T>> layers)
    {
        this.layers = layers.ToArray();
        foreach ((int place, Layer<T> layer) in this.NamedLayers().Index())
            layer.NameByDefault($"{layer.TypeName}{place + 1}"); // renames what an unnamed block named by default before
        HashSet<Layer<T>> seen = [];
        foreach (Layer<T> layer in layers)
            CheckOnce(layer, seen, nameof(layers));
        if (NamesProblem() is { } problem)
            throw new ArgumentException(problem, nameof(layers));
        Initialize(seed: 0, path: "", keepsValues: true); // until a network sets its seed: equal layers get different weights
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Layer<T>> Layers => layers;

    /// <summary>The parameters of all layers, in the order of the layers.</summary>
    public sealed override IReadOnlyList<Parameter<T>> Parameters => parameters ??= [.. layers.SelectMany(layer => layer.Parameters)];

    /// <summary>The buffers of all layers, in the order of the layers.</summary>
    public sealed override IReadOnlyList<Buffer<T>> Buffers => buffers ??= [.. layers.SelectMany(layer => layer.Buffers)];

    /// <inheritdoc/>
    public sealed override bool TreatsSamplesAlone => layers.All(layer => layer.TreatsSamplesAlone);

    /// <inheritdoc/>
    protected sealed override void Forward(Tensor<T> x, Tensor<T> y, Mode mode) => throw new NotSupportedException("A block has no output of its own.");

    /// <inheritdoc/>
    protected sealed override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX) => throw new NotSupportedException("A block has no gradient of its own.");

    /// <summary>What the layers read of x, for a block that gives x to each of them and whose own Backward reads nothing of y.</summary>
    private protected BackwardReads ReadsOfBranches()
    {
        bool any = false;
        for (int i = 0; i < layers.Length; i++)
            any |= layers[i].ReadsInput;
        return any ? BackwardReads.Input : BackwardReads.None;
    }

    /// <summary>Replaces the layer at a position.</summary>
    internal void PutLayer(int place, Layer<T> layer) => layers[place] = layer;

    /// <summary>What is wrong with the names of the layers, or null where each gives a path that is unique.</summary>
    internal string? NamesProblem()
    {
        HashSet<string> names = [];
        foreach (Layer<T> layer in this.NamedLayers())
        {
            if (layer.Name.Contains('.'))
                return $"The name '{layer.Name}' holds a dot, which separates the names of a path; choose another name.";
            if (!names.Add(layer.Name))
                return $"Two layers are called {layer.Name}; the names in a block must differ, and those in its blocks without a name from them.";
        }

        Layer<T>? nameless = layers.FirstOrDefault(layer => layer.Name.Length == 0 && layer.Layers.Count == 0);
        return nameless is null ? null : $"A {nameless.TypeName} has an empty name: only a block may, since its layers have names.";
    }

    /// <summary>Clears what was cached about a layer inside that has been replaced.</summary>
    internal void Changed()
    {
        ForgetShapes();
        (parameters, buffers) = (null, null);
    }

    // A layer holds x and y of its last pass, so it cannot be used in two places.
    internal static void CheckOnce(Layer<T> layer, HashSet<Layer<T>> seen, string argument)
    {
        foreach ((string path, Layer<T> inner) in layer.Walk(layer.Name))
        {
            if (!seen.Add(inner))
                throw new ArgumentException($"The same {inner.TypeName} object stands twice in a network, the second time at {path}; make a second one.", argument);
        }
    }
}
