using System.Numerics;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Layers;

/// <summary>
/// Two-dimensional convolution: y_f(i,j) = b_f + sum_c sum_uv W_fc(u,v) x_c(S i - P + D (K-1-u), S j - P + D (K-1-v)), with
/// stride S, padding P and dilation D; samples of shape C x H x W -> F x H' x W' with H' = (H + 2 P - D (K - 1) - 1) / S + 1; x outside the image is 0.
/// LeCun et al. 1998, section II; LECTURES L3, L4, L13, L15, L17.
/// </summary>
/// <remarks>
/// The kernel is flipped, as in the lectures' convolution: with S = 1, P = 0 the sum is that of w(u,v) x(i-u, j-v), where
/// (i,j) is the last row and column under the kernel. <see cref="ConvolutionGeometry.Flip"/> = false replaces K-1-u by u:
/// cross-correlation (X39). W is F x C/G x K x K: with G groups, output channels see only the inputs of their group;
/// G = C is depthwise convolution. b starts at zero. <see cref="IConvolution{T}"/> gives the formula with groups.
/// Loops: ReferenceConvolution, ReferenceBackend.Bias.
/// </remarks>
public sealed class Convolution2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly Initializer initializer;
    private readonly Parameter<T> weight;
    private readonly Parameter<T>? bias;
    private readonly PerBackend<T, IConvolution<T>> convolution;

    /// <summary>Creates a layer with a square kernel, the same stride and padding on all sides.</summary>
    public Convolution2D(
        int inputChannels, int outputChannels, int kernel, int stride = 1, int padding = 0, int groups = 1, Initializer? initializer = null, bool useBias = true,
        Rounding rounding = Rounding.Exact)
        : this(inputChannels, outputChannels, ConvolutionGeometry.Square(kernel, stride, padding) with { Rounding = rounding }, groups, initializer, useBias) { }

    /// <summary>Creates a layer.</summary>
    /// <param name="inputChannels">C, a multiple of the groups.</param>
    /// <param name="outputChannels">F, a multiple of the groups.</param>
    /// <param name="geometry">Kernel size, stride, padding, dilation, and whether the kernel is flipped.</param>
    /// <param name="groups">G, 1 or more.</param>
    /// <param name="initializer">How the initial weights are drawn; <see cref="Initializer.LeCun"/> by default.</param>
    /// <param name="useBias">Whether b is added.</param>
    public Convolution2D(
        int inputChannels, int outputChannels, ConvolutionGeometry geometry, int groups = 1, Initializer? initializer = null, bool useBias = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (inputChannels < 1 || outputChannels < 1 || inputChannels % groups != 0 || outputChannels % groups != 0)
            throw new ArgumentException(Invariant($"Channels must be positive multiples of the groups; found {inputChannels} -> {outputChannels} in {groups} groups."));

        this.inputChannels = inputChannels;
        this.outputChannels = outputChannels;
        this.initializer = initializer ?? Initializer.LeCun;
        Geometry = geometry;
        Groups = groups;
        weight = new Parameter<T>("weight", new Shape(outputChannels, inputChannels / groups, geometry.Rows.Size, geometry.Columns.Size),
            this.initializer, fanIn: WeightsPerOutput, fanOut: geometry.Taps * outputChannels / groups)
        {
            IsFlippedKernel = geometry.Flip,
        };
        bias = useBias ? new Parameter<T>("bias", new Shape(outputChannels), isWeight: false) : null;
        Parameters = bias is null ? [weight] : [weight, bias];
        convolution = new(backend => backend.Convolution(geometry, groups));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>Kernel size, stride, padding, dilation, and whether the kernel is flipped.</summary>
    public ConvolutionGeometry Geometry { get; }

    /// <summary>G, the number of groups of channels.</summary>
    public int Groups { get; }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    // The number of weights in the sum of one output.
    private int WeightsPerOutput => inputChannels / Groups * Geometry.Taps;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        Geometry.Problem(input, inputChannels) is { } problem ? throw Unfit(problem, input) : Geometry.Output(input, outputChannels);

    /// <inheritdoc/>
    public override Cost Cost(Shape input)
    {
        long outputs = OutputShape(input).Count;
        return new Cost((WeightsPerOutput + (bias is null ? 0 : 1)) * outputs, WeightsPerOutput * outputs);
    }

    // For one image and one group, let U be the unrolled image, (C K K) x (H' W'): what each tap reads at each output position, with 0 in the padding.
    // The flip is in U: it decides which x a tap reads. W is not changed. With Y as F x (H' W') and W as F x (C K K), convolution is Y = W U + b 1ᵀ.

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode) =>
        convolution.On(Backend).Forward(x, weight.Value, bias?.Value, y); // Y = W U + b 1ᵀ

    // As for a dense layer, but an element of x appears in U once for each tap and position that reads it:
    // (1) dW = sum over images of dY Uᵀ
    // (2) db = sum over images of dY 1
    // (3) dU = Wᵀ dY, and an element of dX is the sum of those elements of dU that are gradients of its copies in U

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (!IsFrozen)
        {
            convolution.On(Backend).AddWeightGradient(x, dY, weight.Gradient); // (1) dW += dY Uᵀ
            if (bias is not null)
                Backend.AddBiasGradient(dY, bias.Gradient);                    // (2) db += dY 1
        }

        if (dX is not null)
            convolution.On(Backend).InputGradient(weight.Value, dY, dX);       // (3) dU = Wᵀ dY, summed into dX
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{inputChannels}", $"{outputChannels}", CSharp.Code(Geometry),
        CSharp.Option("groups", Groups, 1), CSharp.Option("initializer", initializer, Initializer.LeCun), CSharp.Option("useBias", bias is not null, true));
}
