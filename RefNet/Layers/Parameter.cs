using System.Numerics;
using RefNet.Backends;
using RefNet.Initializers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Numbers that training changes, with the gradient of the loss with respect to them. Memory is taken, and first values are
/// drawn, when they are first used: the size of a network costs nothing to ask.
/// </summary>
public sealed class Parameter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FirstValues first;
    private int stream;
    private Tensor<T>? value;
    private Tensor<T>? gradient;

    /// <summary>Makes a parameter that starts with the same value everywhere.</summary>
    /// <param name="name">What the layer calls it: weight, bias, gamma ...</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="isWeight">Whether weight decay applies to it: true for weights, false for biases, γ and β.</param>
    /// <param name="start">The first value.</param>
    public Parameter(string name, Shape shape, bool isWeight, double start = 0)
        : this(name, shape, isWeight, (values, _) => values.Fill(T.CreateChecked(start))) { }

    /// <summary>Makes a parameter whose first values are drawn.</summary>
    /// <param name="name">What the layer calls it: weight, bias, gamma ...</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="initializer">How they are spread.</param>
    /// <param name="fanIn">How many inputs one unit adds up.</param>
    /// <param name="fanOut">How many units one input reaches.</param>
    public Parameter(string name, Shape shape, Initializer initializer, int fanIn, int fanOut)
        : this(name, shape, isWeight: true, (values, random) => initializer.Fill(values, shape, fanIn, fanOut, random)) { }

    /// <summary>Makes a parameter whose first values a function writes.</summary>
    internal Parameter(string name, Shape shape, bool isWeight, FirstValues first) => (Name, Shape, IsWeight, this.first) = (name, shape, isWeight, first);

    /// <summary>Writes the first values.</summary>
    internal delegate void FirstValues(Span<T> values, Random random);

    /// <summary>What its layer calls it. Its path in a network is found by walking: <see cref="Paths.NamedParameters"/>.</summary>
    public string Name { get; }

    /// <summary>The shape of value and gradient.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>Whether weight decay pulls it to zero: so it does with weights, not with biases, γ and β.</summary>
    public bool IsWeight { get; }

    /// <summary>Whether it holds kernels that a convolution flips: files hold them turned, as kernels of a cross-correlation.</summary>
    public bool IsFlippedKernel { get; init; }

    /// <summary>Whether optimisers leave it alone, as those of a frozen layer.</summary>
    public bool IsFrozen { get; internal set; }

    /// <summary>Where its layer computes.</summary>
    public IBackend<T> Backend { get; internal set; } = BackendDefaults<T>.Backend;

    /// <summary>The numbers.</summary>
    public Tensor<T> Value
    {
        get
        {
            if (value is null)
            {
                value = new Tensor<T>(Shape);
                first(value.Span, Seeds.Create(stream));
            }

            return value;
        }
    }

    /// <summary>The sum of what Backward has added since the last <see cref="ClearGradient"/>.</summary>
    public Tensor<T> Gradient => gradient ??= new Tensor<T>(Shape);

    /// <summary>Sets the gradient to zero.</summary>
    public void ClearGradient()
    {
        if (gradient is not null)
            Backend.Fill(gradient, T.Zero);
    }

    /// <summary>Draws the first values, at their next use, from the stream of a seed; those that it has may stay.</summary>
    internal void DrawFrom(int seed, bool keepsValues) => (stream, value) = (seed, keepsValues ? value : null);

    /// <summary>Sets all numbers; none are drawn before.</summary>
    internal void Set(Tensor<T> numbers) => (value ??= new Tensor<T>(Shape)).CopyFrom(numbers.Values);

    /// <summary>Takes the numbers of another parameter for its own: what one writes the other reads.</summary>
    internal void ShareValue(Parameter<T> other) => other.Value.View(ref value, Shape);
}
