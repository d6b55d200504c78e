using System.Numerics;
using RefNet.Backends;
using RefNet.Initializers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Numbers that training changes, and the gradient of the loss with respect to them. Memory is allocated and initial
/// values are drawn at first use: describing a network costs nothing.
/// </summary>
public sealed class Parameter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FirstValues first;
    private int stream;
    private Tensor<T>? value;
    private Tensor<T>? gradient;

    /// <summary>Creates a parameter that starts with the same value everywhere.</summary>
    /// <param name="name">Its name in the layer: weight, bias, gamma ...</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="isWeight">Whether weight decay applies to it: true for weights, false for biases, γ and β.</param>
    /// <param name="start">The initial value.</param>
    public Parameter(string name, Shape shape, bool isWeight, double start = 0)
        : this(name, shape, isWeight, (values, _) => values.Fill(T.CreateChecked(start))) { }

    /// <summary>Creates a parameter whose initial values are drawn at random.</summary>
    /// <param name="name">Its name in the layer: weight, bias, gamma ...</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="initializer">The distribution of the initial values.</param>
    /// <param name="fanIn">The number of inputs that one unit sums.</param>
    /// <param name="fanOut">The number of units that one input feeds.</param>
    public Parameter(string name, Shape shape, Initializer initializer, int fanIn, int fanOut)
        : this(name, shape, isWeight: true, (values, random) => initializer.Fill(values, shape, fanIn, fanOut, random)) { }

    /// <summary>Creates a parameter whose initial values are written by a function.</summary>
    internal Parameter(string name, Shape shape, bool isWeight, FirstValues first) => (Name, Shape, IsWeight, this.first) = (name, shape, isWeight, first);

    /// <summary>Writes the initial values.</summary>
    internal delegate void FirstValues(Span<T> values, Random random);

    /// <summary>Its name in its layer. <see cref="Paths.NamedParameters"/> gives its path in a network.</summary>
    public string Name { get; }

    /// <summary>The shape of value and gradient.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>Whether weight decay applies to it: true for weights, false for biases, γ and β.</summary>
    public bool IsWeight { get; }

    /// <summary>Whether it holds kernels that a convolution flips: files store them flipped, as kernels of a cross-correlation.</summary>
    public bool IsFlippedKernel { get; init; }

    /// <summary>Whether optimisers leave it unchanged, as in a frozen layer.</summary>
    public bool IsFrozen { get; internal set; }

    /// <summary>The backend that its layer computes on.</summary>
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

    /// <summary>The sum of the gradients that Backward has added since the last <see cref="ClearGradient"/>.</summary>
    public Tensor<T> Gradient => gradient ??= new Tensor<T>(Shape);

    /// <summary>Sets the gradient to zero.</summary>
    public void ClearGradient()
    {
        if (gradient is not null)
            Backend.Fill(gradient, T.Zero);
    }

    /// <summary>Draws the initial values at their next use from the stream of a seed; present values may stay.</summary>
    internal void DrawFrom(int seed, bool keepsValues) => (stream, value) = (seed, keepsValues ? value : null);

    /// <summary>Sets all numbers, without drawing initial values first.</summary>
    internal void Set(Tensor<T> numbers) => (value ??= new Tensor<T>(Shape)).CopyFrom(numbers.Values);

    /// <summary>Shares the numbers of another parameter, so that what one writes the other reads, and has its gradient in the given memory.</summary>
    internal void Share(Parameter<T> other, Tensor<T> gradientMemory)
    {
        other.Value.View(ref value, Shape);
        gradientMemory.View(ref gradient, Shape);
    }
}
