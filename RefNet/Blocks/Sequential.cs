using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Blocks;

/// <summary>
/// Layers one after the other: y = f_L(... f_2(f_1(x))). Shapes are walked through when it is made, so that a mistake is
/// an error that names the layer and both shapes before any data is read.
/// </summary>
public sealed class Sequential<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Layer<T>[] layers;

    /// <summary>Puts layers one after the other.</summary>
    /// <param name="input">The shape of one sample of the input, such as 1x28x28.</param>
    /// <param name="layers">The layers, first to last; names must differ, and those without one get their type and place.</param>
    /// <exception cref="ShapeException">A layer cannot take what the one before it gives.</exception>
    public Sequential(Shape input, params ReadOnlySpan<Layer<T>> layers)
    {
        Input = input;
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
        OutputShape(input);
    }

    /// <summary>The shape of one sample of the input.</summary>
    public Shape Input { get; }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer<T>> Layers => layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Buffer<T>> Buffers { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => layers.Aggregate(input, (shape, layer) => layer.OutputShape(shape));

    /// <inheritdoc/>
    public override Cost Cost(Shape input)
    {
        Cost cost = default;
        foreach (Layer<T> layer in layers)
        {
            cost += layer.Cost(input);
            input = layer.OutputShape(input);
        }

        return cost;
    }

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        CheckInput(x);
        foreach (Layer<T> layer in layers)
            x = layer.Forward(x, mode);
        return x;
    }

    // The chain rule: dL/dx = f_1'ᵀ f_2'ᵀ ... f_Lᵀ' dL/dy, from the last layer to the first.

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        CheckOutputGradient(dY);
        for (int i = layers.Length - 1; i >= 0; i--)
            dY = layers[i].Backward(dY);
        return dY;
    }
}
