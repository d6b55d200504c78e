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
    private readonly IGemm<T> gemm;
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
        this.gemm = gemm ?? GemmDefaults<T>.Current;
        weight = new Parameter<T>("weight", new Shape(outputChannels, inputChannels / groups, geometry.Rows.Size, geometry.Columns.Size));
        bias = useBias ? new Parameter<T>("bias", new Shape(outputChannels)) : null;
        (initializer ?? Initializer.LeCun).Fill(weight.Value.Span, WeightsPerOutput, geometry.Taps * outputChannels / groups, random);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters => bias is null ? [weight] : [weight, bias];

    // Weights that one output adds up, and rows of the matrix of columns in one group.
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

    // Below, one image at a time: X is the matrix of columns (C*K*K) x (H'*W'), what each tap reads at each output
    // position; Y is F x (H'*W'); W is F x (C*K*K). Then convolution is a product of matrices, group by group.

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        this.x = x;

        ParallelLoop.For(x.Shape[0], n =>
        {
            using Scratch<T> scratch = new(ColumnsLength(y));
            Matrix<T> columns = GatherColumns(n, y, scratch.Span);
            Matrix<T> outputs = Maps(y, n);
            for (int g = 0; g < groups; g++)
                gemm.Multiply(WeightGroup(weight.Value.Span, g), ColumnGroup(columns, g), OutputGroup(outputs, g)); // Y = W X
            if (bias is not null)
                Elementwise.AddToColumns(outputs, bias.Value.Span);                                                 // Y += b 1ᵀ
        });
        return y;
    }

    // Y = W X + b 1ᵀ for each image, so that, as for a dense layer,
    // (1) dW = sum over images of dY Xᵀ
    // (2) db = sum over images of dY 1
    // (3) dX = Wᵀ dY, and an input gets the sum of the gradients of all its copies in X

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);
        int images = dY.Shape[0];

        ParallelLoop.Sum(images, weight.Gradient.Span, (n, dW) =>
        {
            using Scratch<T> scratch = new(ColumnsLength(dY));
            Matrix<T> columns = GatherColumns(n, dY, scratch.Span);
            for (int g = 0; g < groups; g++)
                gemm.MultiplyAdd(OutputGroup(Maps(dY, n), g), ColumnGroup(columns, g).Transposed, WeightGroup(dW, g)); // (1) dW += dY Xᵀ
        });
        if (bias is not null)
            ParallelLoop.Sum(images, bias.Gradient.Span, (n, db) => Elementwise.SumColumns(Maps(dY, n), db));          // (2) db += dY 1

        ParallelLoop.For(images, n =>
        {
            using Scratch<T> scratch = new(ColumnsLength(dY));
            Matrix<T> columns = new(scratch.Span, inputChannels * geometry.Taps, dY.Shape[2] * dY.Shape[3]);
            for (int g = 0; g < groups; g++)
                gemm.Multiply(WeightGroup(weight.Value.Span, g).Transposed, OutputGroup(Maps(dY, n), g), ColumnGroup(columns, g)); // (3) dX = Wᵀ dY
            dX.Sample(n).Clear();
            ImageColumns.ScatterAdd(columns, inputChannels, dX.Shape[2], dX.Shape[3], geometry, dX.Sample(n));
        });
        return dX;
    }

    private int ColumnsLength(Tensor<T> y) => inputChannels * geometry.Taps * y.Shape[2] * y.Shape[3];

    private Matrix<T> GatherColumns(int n, Tensor<T> y, Span<T> scratch)
    {
        Matrix<T> columns = new(scratch, inputChannels * geometry.Taps, y.Shape[2] * y.Shape[3]);
        ImageColumns.Gather(x!.Sample(n), inputChannels, x.Shape[2], x.Shape[3], geometry, columns);
        return columns;
    }

    private Matrix<T> Maps(Tensor<T> y, int n) => new(y.Sample(n), outputChannels, y.Shape[2] * y.Shape[3]);

    private Matrix<T> WeightGroup(Span<T> w, int g) =>
        new Matrix<T>(w, outputChannels, WeightsPerOutput).RowRange(g * outputChannels / groups, outputChannels / groups);

    private Matrix<T> ColumnGroup(Matrix<T> columns, int g) => columns.RowRange(g * WeightsPerOutput, WeightsPerOutput);

    private Matrix<T> OutputGroup(Matrix<T> outputs, int g) => outputs.RowRange(g * outputChannels / groups, outputChannels / groups);
}
