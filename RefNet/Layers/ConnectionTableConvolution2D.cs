using System.Numerics;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// A convolution in which each output map sees only the input maps that a table names, LeNet-5's C3: samples of shape
/// C x H x W -> F x H' x W'. LeCun et al. 1998, section II.B and table I; LECTURES L5, X2, X3.
/// </summary>
/// <remarks>
/// A connection that is not in the table has no weights: W is (number of connections) x K x K, ordered by output map and
/// then by input map. It is computed as a full convolution whose missing weights are zero.
/// </remarks>
public sealed class ConnectionTableConvolution2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[][] inputsOf;
    private readonly int[] places; // of the kernel of each connection, in the full weights
    private readonly int inputChannels;
    private readonly ConvolutionGeometry geometry;
    private readonly Convolution2D<T> full;
    private readonly Parameter<T> fullWeight;
    private readonly Parameter<T> weight;
    private readonly Parameter<T> bias;

    /// <summary>Makes a layer with a square kernel, stride 1 and no padding.</summary>
    public ConnectionTableConvolution2D(int inputChannels, IReadOnlyList<int[]> inputsOf, int kernel, Random random, Initializer? initializer = null)
        : this(inputChannels, inputsOf, ConvolutionGeometry.Square(kernel), random, initializer) { }

    /// <summary>Makes the layer and draws its weights.</summary>
    /// <param name="inputChannels">C, the number of input maps.</param>
    /// <param name="inputsOf">For each output map the input maps that it sees, counted from 0, rising.</param>
    /// <param name="geometry">Kernel size, stride, padding, dilation, and whether the kernel is flipped.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <param name="initializer">How they are spread, for the fan-in of each map; LeCun's where none is given.</param>
    public ConnectionTableConvolution2D(
        int inputChannels, IReadOnlyList<int[]> inputsOf, ConvolutionGeometry geometry, Random random, Initializer? initializer = null)
    {
        foreach (int[] inputs in inputsOf)
        {
            if (inputs.Length == 0 || inputs[0] < 0 || inputs[^1] >= inputChannels || inputs.Zip(inputs.Skip(1)).Any(pair => pair.First >= pair.Second))
                throw new ArgumentException($"Each output map must name rising input maps from 0 to {inputChannels - 1}; found [{string.Join(", ", inputs)}].", nameof(inputsOf));
        }

        this.inputsOf = [.. inputsOf.Select(inputs => inputs.ToArray())];
        places = [.. this.inputsOf.SelectMany((inputs, output) => inputs.Select(input => (output * inputChannels + input) * geometry.Taps))];
        this.inputChannels = inputChannels;
        this.geometry = geometry;
        full = new Convolution2D<T>(inputChannels, inputsOf.Count, geometry, random, initializer: Initializer.Zeros);
        fullWeight = full.Parameters[0];
        bias = full.Parameters[1];
        weight = new Parameter<T>("weight", new Shape(Connections, geometry.Rows.Size, geometry.Columns.Size), isWeight: true);
        Parameters = [weight, bias];

        // An input map reaches a tap of each output map that sees it, and Connections / C of them do on average.
        int fanOut = geometry.Taps * Connections / inputChannels;
        Span<T> rest = weight.Value.Span;
        foreach (int[] inputs in this.inputsOf)
        {
            int fanIn = inputs.Length * geometry.Taps;
            (initializer ?? Initializer.LeCun).Fill(rest[..fanIn], fanIn, fanOut, random);
            rest = rest[fanIn..];
        }
    }

    /// <summary>The number of crosses in the table: pairs of an input map and an output map that sees it.</summary>
    public int Connections => places.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        geometry.Problem(input, inputChannels) is { } problem ? throw Unfit(problem, input) : geometry.Output(input, inputsOf.Length);

    /// <inheritdoc/>
    public override Cost Cost(Shape input)
    {
        Shape output = OutputShape(input);
        long positions = output[1] * output[2];
        return new Cost((weight.Value.Count + bias.Value.Count) * positions, weight.Value.Count * positions);
    }

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        CheckInput(x);
        for (int connection = 0; connection < places.Length; connection++)
            weight.Value.Sample(connection).CopyTo(fullWeight.Value.Span[places[connection]..]);
        return full.Forward(x, mode);
    }

    // The full convolution with W' = the weights of the table and zeros elsewhere. The zeros are no parameters, so
    // (1) dW = those elements of dW' that the table names
    // (2) db = db'   (3) dX = dX'

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        CheckOutputGradient(dY);
        fullWeight.ClearGradient();
        Tensor<T> dX = full.Backward(dY); // (2), (3)
        for (int connection = 0; connection < places.Length; connection++)
        {
            Span<T> dW = weight.Gradient.Sample(connection);
            TensorPrimitives.Add(dW, fullWeight.Gradient.Span.Slice(places[connection], dW.Length), dW); // (1)
        }

        return dX;
    }
}
