using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>Numbers that a layer keeps and a checkpoint saves, but no optimiser changes: running statistics, a count.</summary>
public sealed class Buffer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a buffer of zeros.</summary>
    public Buffer(string name, Shape shape)
    {
        Name = name;
        Value = new Tensor<T>(shape);
    }

    /// <summary>The name, with the names of the layers around it in front once it stands in a network.</summary>
    public string Name { get; internal set; }

    /// <summary>The numbers.</summary>
    public Tensor<T> Value { get; }
}
