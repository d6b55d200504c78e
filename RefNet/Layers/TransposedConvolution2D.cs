using System.Numerics;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Layers;

/// <summary>
/// Transposed convolution: each x_c(i,j) adds the kernel, times itself, to y: y_f(S i - P + D (K-1-u), S j - P + D (K-1-v)) +=
/// W_cf(u,v) x_c(i,j), and y_f += b_f everywhere; samples of shape C x H x W -> F x H' x W' with H' = S (H - 1) + D (K - 1) + 1 - 2 P + A.
/// Zeiler et al. 2010, equation 2; Dumoulin and Visin 2016, chapter 4; Long et al. 2015, section 3.3; LECTURES L14.
/// </summary>
/// <remarks>
/// It is the transpose of the <see cref="Convolution2D{T}"/> from F to C channels with the same weights and geometry A:
/// ⟨A y, x⟩ = ⟨y, Aᵀ x⟩. So W is C x F/G x K x K, and a kernel is flipped exactly where that of the convolution is;
/// <see cref="ConvolutionGeometry.Flip"/> = false gives PyTorch's. A convolution whose stride skips rows at the end has the same
/// output for several sizes of its input: the output padding A, 0 to S - 1, chooses one of them.
/// Loops: ReferenceConvolution, ReferenceBackend.Bias.
/// </remarks>
public sealed class TransposedConvolution2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly ConvolutionGeometry geometry;
    private readonly int outputPadding;
    private readonly int groups;
    private readonly Initializer initializer;
    private readonly Parameter<T> weight;
    private readonly Parameter<T>? bias;
    private readonly PerBackend<T, IConvolution<T>> convolution; // from y to x

    /// <summary>Creates a layer with a square kernel, the same stride and padding on all sides.</summary>
    public TransposedConvolution2D(
        int inputChannels, int outputChannels, int kernel, int stride = 1, int padding = 0, int outputPadding = 0, int groups = 1,
        Initializer? initializer = null, bool useBias = true)
        : this(inputChannels, outputChannels, ConvolutionGeometry.Square(kernel, stride, padding), outputPadding, groups, initializer, useBias) { }

    /// <summary>Creates a layer.</summary>
    /// <param name="inputChannels">C, a multiple of the groups.</param>
    /// <param name="outputChannels">F, a multiple of the groups.</param>
    /// <param name="geometry">Kernel size, stride, padding, dilation and flip of the convolution to transpose: its padding removes rows and columns here.</param>
    /// <param name="outputPadding">A, rows and columns added at the end, 0 or more and below each stride.</param>
    /// <param name="groups">G, 1 or more.</param>
    /// <param name="initializer">How the initial weights are drawn; <see cref="Initializer.LeCun"/> by default,
    /// <see cref="Initializer.Bilinear"/> for upsampling.</param>
    /// <param name="useBias">Whether b is added.</param>
    public TransposedConvolution2D(
        int inputChannels, int outputChannels, ConvolutionGeometry geometry, int outputPadding = 0, int groups = 1, Initializer? initializer = null, bool useBias = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (inputChannels < 1 || outputChannels < 1 || inputChannels % groups != 0 || outputChannels % groups != 0)
            throw new ArgumentException(Invariant($"Channels must be positive multiples of the groups; found {inputChannels} -> {outputChannels} in {groups} groups."));
        if (outputPadding < 0 || outputPadding >= Math.Min(geometry.Rows.Stride, geometry.Columns.Stride))
            throw new ArgumentOutOfRangeException(nameof(outputPadding), outputPadding, "Rows and columns added behind must be 0 or more and below the stride.");

        (this.inputChannels, this.outputChannels, this.outputPadding, this.groups) = (inputChannels, outputChannels, outputPadding, groups);
        this.geometry = geometry with { Rounding = Rounding.Exact };
        this.initializer = initializer ?? Initializer.LeCun;
        weight = new Parameter<T>("weight", new Shape(inputChannels, outputChannels / groups, geometry.Rows.Size, geometry.Columns.Size),
            this.initializer, fanIn: Math.Max(1, inputChannels / groups * geometry.Taps / (geometry.Rows.Stride * geometry.Columns.Stride)), fanOut: WeightsPerInput)
        {
            IsFlippedKernel = geometry.Flip,
        };
        bias = useBias ? new Parameter<T>("bias", new Shape(outputChannels), isWeight: false) : null;
        Parameters = bias is null ? [weight] : [weight, bias];
        convolution = new(backend => backend.Convolution(geometry with { Rounding = Rounding.Floor }, groups));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    // The number of weights that multiply one x.
    private int WeightsPerInput => outputChannels / groups * geometry.Taps;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        if (input.Rank != 3 || input[0] != inputChannels)
            throw Unfit($"samples of shape {inputChannels} x rows x columns", input);
        int rows = geometry.Rows.Extent(input[1]) + outputPadding, columns = geometry.Columns.Extent(input[2]) + outputPadding;
        return rows > 0 && columns > 0
            ? new Shape(outputChannels, rows, columns)
            : throw Unfit(Invariant($"maps so large that the padding leaves something of the output, which would have {rows} rows and {columns} columns"), input);
    }

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new(
        (long)WeightsPerInput * input.Count + (bias is null ? 0 : OutputShape(input).Count), (long)WeightsPerInput * input.Count);

    // For one image and one group, let U be the unrolled y that the convolution from y to x would read, (F K K) x (H W), and W C x (F K K):
    // the convolution is X = W U. Its transpose is U = Wᵀ X, and an element of y is the sum of its copies in U.

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        convolution.On(Backend).InputGradient(weight.Value, x, y); // U = Wᵀ X, summed into y
        if (bias is not null)
            Backend.AddBias(bias.Value, y);                        // y += b
    }

    // ⟨dU, Wᵀ X⟩ = ⟨W dU, X⟩, with dU the unrolled dY: the roles of Forward and Backward of the convolution are exchanged.
    // (1) dW = sum over images of X dUᵀ: the weight gradient of the convolution at input dY and output gradient x
    // (2) db = sum over images and positions of dY
    // (3) dX = W dU: the convolution itself

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (!IsFrozen)
        {
            convolution.On(Backend).AddWeightGradient(dY, x, weight.Gradient); // (1) dW += X dUᵀ
            if (bias is not null)
                Backend.AddBiasGradient(dY, bias.Gradient);                    // (2) db += dY 1
        }

        if (dX is not null)
            convolution.On(Backend).Forward(dY, weight.Value, null, dX);       // (3) dX = W dU
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{inputChannels}", $"{outputChannels}", CSharp.Code(geometry), CSharp.Option("outputPadding", outputPadding, 0),
        CSharp.Option("groups", groups, 1), CSharp.Option("initializer", initializer, Initializer.LeCun), CSharp.Option("useBias", bias is not null, true));
}
