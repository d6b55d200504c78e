using System.Numerics;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Two-dimensional convolution: y_f(i,j) = b_f + sum_c sum_uv W_fc(u,v) x_c(i-u, j-v), samples of shape C x H x W ->
/// F x H' x W' with H' = (H + padding - K) / stride + 1. LeCun et al. 1998, section II; LECTURES L3, L4, L13, L15, L17.
/// </summary>
/// <remarks>
/// The kernel is flipped, as in the lectures' convolution; <see cref="ConvolutionGeometry.Flip"/> = false gives
/// cross-correlation (X39). W is F x C/G x K x K: with G groups, output channels see only the inputs of their group;
/// G = C is depthwise convolution. b starts at zero.
/// </remarks>
public sealed class Convolution2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly int groups;
    private readonly ConvolutionGeometry geometry;
    private readonly IConvolution<T> products;
    private readonly Parameter<T> weight;
    private readonly Parameter<T>? bias;

    // Saved by Forward for Backward
    private Tensor<T>? x;

    /// <summary>Makes a layer with a square kernel, the same stride and padding on all sides.</summary>
    public Convolution2D(int inputChannels, int outputChannels, int kernel, Random random, int stride = 1, int padding = 0, Initializer? initializer = null)
        : this(inputChannels, outputChannels, ConvolutionGeometry.Square(kernel, stride, padding), random, initializer: initializer) { }

    /// <summary>Makes a layer and draws its weights.</summary>
    /// <param name="inputChannels">C, a multiple of the groups.</param>
    /// <param name="outputChannels">F, a multiple of the groups.</param>
    /// <param name="geometry">Kernel size, stride, padding, dilation, and whether the kernel is flipped.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <param name="groups">G, 1 or more.</param>
    /// <param name="initializer">How they are spread; <see cref="Initializer.LeCun"/> where none is given.</param>
    /// <param name="useBias">Whether b is added.</param>
    /// <param name="gemm">The backend; <see cref="GemmDefaults{T}.Current"/> where none is given.</param>
    public Convolution2D(
        int inputChannels, int outputChannels, ConvolutionGeometry geometry, Random random,
        int groups = 1, Initializer? initializer = null, bool useBias = true, IGemm<T>? gemm = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (inputChannels < 1 || outputChannels < 1 || inputChannels % groups != 0 || outputChannels % groups != 0)
            throw new ArgumentException($"Channels must be positive multiples of the groups; found {inputChannels} -> {outputChannels} in {groups} groups.");

        this.inputChannels = inputChannels;
        this.outputChannels = outputChannels;
        this.groups = groups;
        this.geometry = geometry;
        products = (gemm ?? GemmDefaults<T>.Current).Convolution(geometry, groups);
        weight = new Parameter<T>("weight", new Shape(outputChannels, inputChannels / groups, geometry.Rows.Size, geometry.Columns.Size), isWeight: true);
        bias = useBias ? new Parameter<T>("bias", new Shape(outputChannels), isWeight: false) : null;
        Parameters = bias is null ? [weight] : [weight, bias];
        (initializer ?? Initializer.LeCun).Fill(weight.Value.Span, WeightsPerOutput, geometry.Taps * outputChannels / groups, random);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>Kernel size, stride, padding, dilation, and whether the kernel is flipped.</summary>
    public ConvolutionGeometry Geometry => geometry;

    /// <summary>G, the number of groups of channels.</summary>
    public int Groups => groups;

    // Weights that one output adds up.
    private int WeightsPerOutput => inputChannels / groups * geometry.Taps;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        geometry.Problem(input, inputChannels) is { } problem ? throw Unfit(problem, input) : geometry.Output(input, outputChannels);

    /// <inheritdoc/>
    public override Cost Cost(Shape input)
    {
        long outputs = OutputShape(input).Count;
        return new Cost((WeightsPerOutput + (bias is null ? 0 : 1)) * outputs, WeightsPerOutput * outputs);
    }

    // For one image, let X be the matrix of columns, (C*K*K) x (H'*W'): what each tap reads at each output position, with 0
    // in the padding. With Y as F x (H'*W') and W as F x (C*K*K), convolution is Y = W X + b 1ᵀ.

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        this.x = x;

        products.Forward(x, weight.Value, bias?.Value, y); // Y = W X + b 1ᵀ
        return y;
    }

    // As for a dense layer, but an element of x stands in X once for each tap and position that read it:
    // (1) dW = sum over images of dY Xᵀ
    // (2) db = sum over images of dY 1
    // (3) dX = Wᵀ dY, and an element of x gets the sum of the gradients of its copies in X

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        BackwardToParameters(dY);
        Tensor<T> dX = InputGradientFor(dY);
        products.InputGradient(weight.Value, dY, dX);        // (3) dX = Wᵀ dY
        return dX;
    }

    /// <inheritdoc/>
    public override void BackwardToParameters(Tensor<T> dY)
    {
        CheckOutputGradient(dY);
        products.AddWeightGradient(x!, dY, weight.Gradient); // (1) dW += dY Xᵀ
        if (bias is not null)
            Elementwise.SumPlanes(dY, bias.Gradient);        // (2) db += dY 1
    }
}
