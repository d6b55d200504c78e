using System.Numerics;
using RefNet.Initializers;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Fully connected layer: y = x Wᵀ + b, samples of shape D -> samples of shape C. Rumelhart, Hinton and Williams 1986,
/// equation 1; LECTURES L2, Y7, X9.
/// </summary>
/// <remarks>W is C x D, one row of weights a unit; b has C elements and starts at zero.</remarks>
public sealed class Dense<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int inputs;
    private readonly int outputs;
    private readonly IGemm<T> gemm;
    private readonly Parameter<T> weight;
    private readonly Parameter<T>? bias;

    // Saved by Forward for Backward
    private Tensor<T>? x;

    /// <summary>Makes the layer and draws its weights.</summary>
    /// <param name="inputs">D, the number of inputs, 1 or more.</param>
    /// <param name="outputs">C, the number of units, 1 or more.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <param name="initializer">How they are spread; <see cref="Initializer.LeCun"/> where none is given.</param>
    /// <param name="useBias">Whether b is added.</param>
    /// <param name="gemm">The backend; <see cref="GemmDefaults{T}.Current"/> where none is given.</param>
    public Dense(int inputs, int outputs, Random random, Initializer? initializer = null, bool useBias = true, IGemm<T>? gemm = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        this.inputs = inputs;
        this.outputs = outputs;
        this.gemm = gemm ?? GemmDefaults<T>.Current;
        weight = new Parameter<T>("weight", new Shape(outputs, inputs), isWeight: true);
        bias = useBias ? new Parameter<T>("bias", new Shape(outputs), isWeight: false) : null;
        Parameters = bias is null ? [weight] : [weight, bias];
        (initializer ?? Initializer.LeCun).Fill(weight.Value.Span, inputs, outputs, random);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 1 && input[0] == inputs
            ? new Shape(outputs)
            : throw Unfit($"samples of shape {inputs} (put a Flatten in front of images)", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((inputs + (bias is null ? 0L : 1L)) * outputs, (long)inputs * outputs);

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        this.x = x;

        gemm.Multiply(x.AsMatrix(), weight.Value.AsMatrix().Transposed, y.AsMatrix()); // Y = X Wᵀ
        if (bias is not null)
            Elementwise.AddToRows(y.AsMatrix(), bias.Value.Span);                      // Y += 1 bᵀ
        return y;
    }

    // y_nc = sum_d x_nd W_cd + b_c. The loss L sees W_cd through y_nc of every sample n, and x_nd through every unit c:
    // (1) dW_cd = sum_n dL/dy_nc x_nd, that is dW = dYᵀ X
    // (2) db_c  = sum_n dL/dy_nc,      that is db = dYᵀ 1
    // (3) dx_nd = sum_c dL/dy_nc W_cd, that is dX = dY W

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        BackwardToParameters(dY);
        Tensor<T> dX = InputGradientFor(dY);
        gemm.Multiply(dY.AsMatrix(), weight.Value.AsMatrix(), dX.AsMatrix());                  // (3) dX = dY W
        return dX;
    }

    /// <inheritdoc/>
    public override void BackwardToParameters(Tensor<T> dY)
    {
        CheckOutputGradient(dY);
        gemm.MultiplyAdd(dY.AsMatrix().Transposed, x!.AsMatrix(), weight.Gradient.AsMatrix()); // (1) dW += dYᵀ X
        if (bias is not null)
            Elementwise.SumRows(dY.AsMatrix(), bias.Gradient.Span);                            // (2) db += dYᵀ 1
    }
}
