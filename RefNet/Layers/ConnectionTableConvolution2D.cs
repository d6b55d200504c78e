using System.Numerics;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// A convolution in which each output map sees only the input maps listed in a table, LeNet-5's C3: samples of shape
/// C x H x W -> F x H' x W'. LeCun et al. 1998, section II.B and table I; LECTURES L5, X2, X3.
/// </summary>
/// <remarks>
/// A connection that is not in the table has no weights: W is (number of connections) x K x K, ordered by output map and
/// then by input map. It is computed as a full convolution whose missing weights are zero.
/// Loops: ReferenceConvolution, ReferenceBackend.Bias, ReferenceBackend.Numbers.
/// </remarks>
public sealed class ConnectionTableConvolution2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[][] inputsOf;
    private readonly int[] places; // of the kernel of each connection, in the full weights
    private readonly int inputChannels;
    private readonly Initializer initializer;
    private readonly Parameter<T> weight;
    private readonly Parameter<T> bias;
    private readonly PerBackend<T, IConvolution<T>> convolution;
    private readonly Tensor<T> fullWeight; // W', F x C x K x K
    private readonly Tensor<T> fullGradient;

    /// <summary>Creates a layer with a square kernel, stride 1 and no padding.</summary>
    public ConnectionTableConvolution2D(int inputChannels, IReadOnlyList<int[]> inputsOf, int kernel, Initializer? initializer = null)
        : this(inputChannels, inputsOf, ConvolutionGeometry.Square(kernel), initializer) { }

    /// <summary>Creates the layer.</summary>
    /// <param name="inputChannels">C, the number of input maps.</param>
    /// <param name="inputsOf">For each output map the input maps that it sees, from 0, in ascending order.</param>
    /// <param name="geometry">Kernel size, stride, padding, dilation, and whether the kernel is flipped.</param>
    /// <param name="initializer">How the initial weights are drawn, for the fan-in of each map; LeCun's by default.</param>
    public ConnectionTableConvolution2D(
        int inputChannels, IReadOnlyList<int[]> inputsOf, ConvolutionGeometry geometry, Initializer? initializer = null)
    {
        foreach (int[] inputs in inputsOf)
        {
            if (inputs.Length == 0 || inputs[0] < 0 || inputs[^1] >= inputChannels || inputs.Zip(inputs.Skip(1)).Any(pair => pair.First >= pair.Second))
                throw new ArgumentException($"Each output map must name rising input maps from 0 to {inputChannels - 1}; found [{string.Join(", ", inputs)}].", nameof(inputsOf));
        }

        this.inputsOf = [.. inputsOf.Select(inputs => inputs.ToArray())];
        places = [.. this.inputsOf.SelectMany((inputs, output) => inputs.Select(input => (output * inputChannels + input) * geometry.Taps))];
        this.inputChannels = inputChannels;
        Geometry = geometry;
        this.initializer = initializer ?? Initializer.LeCun;
        weight = new Parameter<T>("weight", new Shape(Connections, geometry.Rows.Size, geometry.Columns.Size), isWeight: true, FirstWeights) { IsFlippedKernel = geometry.Flip };
        bias = new Parameter<T>("bias", new Shape(inputsOf.Count), isWeight: false);
        Parameters = [weight, bias];
        convolution = new(backend => backend.Convolution(geometry, groups: 1));
        fullWeight = new Tensor<T>(new Shape(inputsOf.Count, inputChannels, geometry.Rows.Size, geometry.Columns.Size));
        fullGradient = new Tensor<T>(fullWeight.Shape);
    }

    /// <summary>For each output map the input maps that it sees, in ascending order.</summary>
    public IReadOnlyList<IReadOnlyList<int>> InputsOf => inputsOf;

    /// <summary>The number of crosses in the table: pairs of an input map and an output map that sees it.</summary>
    public int Connections => places.Length;

    /// <summary>Kernel size, stride, padding, dilation, and whether the kernel is flipped.</summary>
    public ConvolutionGeometry Geometry { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        Geometry.Problem(input, inputChannels) is { } problem ? throw Unfit(problem, input) : Geometry.Output(input, inputsOf.Length);

    /// <inheritdoc/>
    public override Cost Cost(Shape input)
    {
        Shape output = OutputShape(input);
        long positions = output[1] * output[2];
        return new Cost((weight.Count + bias.Count) * positions, weight.Count * positions);
    }

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        Span<T> full = fullWeight.Span;
        for (int connection = 0; connection < places.Length; connection++)
            weight.Value.Sample(connection).CopyTo(full[places[connection]..]);
        convolution.On(Backend).Forward(x, fullWeight, bias.Value, y);
    }

    // The full convolution with W' = the weights of the table and zeros elsewhere. The zeros are not parameters, so
    // (1) dW = the elements of dW' that are in the table
    // (2) db = db'   (3) dX = dX'

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (!IsFrozen)
        {
            Backend.Fill(fullGradient, T.Zero);
            convolution.On(Backend).AddWeightGradient(x, dY, fullGradient);
            for (int connection = 0; connection < places.Length; connection++)
            {
                Span<T> dW = weight.Gradient.SampleSpan(connection);
                TensorPrimitives.Add(dW, fullGradient.Values.Slice(places[connection], dW.Length), dW); // (1)
            }

            Backend.AddBiasGradient(dY, bias.Gradient);                                                 // (2)
        }

        if (dX is not null)
            convolution.On(Backend).InputGradient(fullWeight, dY, dX);                                  // (3)
    }

    // An input map feeds one tap of each output map that sees it: Connections / C output maps on average.
    private void FirstWeights(Span<T> weights, Random random)
    {
        int fanOut = Geometry.Taps * Connections / inputChannels;
        foreach (int[] inputs in inputsOf)
        {
            int fanIn = inputs.Length * Geometry.Taps;
            initializer.Fill(weights[..fanIn], new Shape(1, inputs.Length, Geometry.Rows.Size, Geometry.Columns.Size), fanIn, fanOut, random);
            weights = weights[fanIn..];
        }
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{inputChannels}", $"[{string.Join(", ", inputsOf.Select(inputs => $"[{string.Join(", ", inputs)}]"))}]",
        CSharp.Code(Geometry), CSharp.Option("initializer", initializer, Initializer.LeCun));
}
