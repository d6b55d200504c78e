using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>Numbers that a layer keeps and a checkpoint saves, but no optimiser changes: running statistics, a count.</summary>
public sealed class Buffer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a buffer with the same number everywhere.</summary>
    public Buffer(string name, Shape shape, double start = 0)
    {
        Name = name;
        Value = new Tensor<T>(shape);
        if (start != 0)
            Value.Span.Fill(T.CreateChecked(start));
    }

    /// <summary>What its layer calls it. Its path in a network is found by walking: <see cref="Paths.NamedBuffers"/>.</summary>
    public string Name { get; }

    /// <summary>The numbers.</summary>
    public Tensor<T> Value { get; }
}
