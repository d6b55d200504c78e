using System.Numerics;
using RefNet.Initializers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>Numbers that a layer keeps and a checkpoint saves, but no optimiser changes: running statistics, a counter, random frequencies.</summary>
public sealed class Buffer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The count restarts here: float represents every integer up to 2^24 exactly.
    private const int MostDraws = 1 << 24;

    private readonly Initializer? initializer;
    private int stream;
    private Tensor<T>? value;

    /// <summary>Creates a buffer with the same number everywhere.</summary>
    public Buffer(string name, Shape shape, double start = 0)
    {
        (Name, Shape) = (name, shape);
        value = new Tensor<T>(shape);
        if (start != 0)
            value.Span.Fill(T.CreateChecked(start));
    }

    /// <summary>Creates a buffer whose numbers are drawn at first use from the random stream of its layer.</summary>
    public Buffer(string name, Shape shape, Initializer initializer) => (Name, Shape, this.initializer) = (name, shape, initializer);

    /// <summary>Its name in its layer. <see cref="Paths.NamedBuffers"/> gives its path in a network.</summary>
    public string Name { get; }

    /// <summary>The shape of its numbers.</summary>
    public Shape Shape { get; }

    /// <summary>Whether it counts random draws in training: a file of weights is complete without it.</summary>
    public bool CountsDraws { get; init; }

    /// <summary>The numbers.</summary>
    public Tensor<T> Value
    {
        get
        {
            if (value is null)
            {
                value = new Tensor<T>(Shape);
                initializer!.Fill(value.Span, Shape, fanIn: Shape.Count / Shape[0], fanOut: Shape[0], Seeds.Create(stream));
            }

            return value;
        }
    }

    /// <summary>The number of the next random draw, from 0; each call counts one.</summary>
    internal int NextDraw()
    {
        int draw = int.CreateChecked(Value[0]);
        Value[0] = T.CreateChecked((draw + 1) % MostDraws);
        return draw;
    }

    /// <summary>Draws the numbers at their next use from the stream of a seed. Present values may stay; constant ones always do.</summary>
    internal void DrawFrom(int seed, bool keepsValues) => (stream, value) = (seed, keepsValues || initializer is null ? value : null);
}
