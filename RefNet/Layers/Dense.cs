using System.Numerics;
using RefNet.Initializers;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Fully connected layer: y = x Wᵀ + b, samples of shape D -> samples of shape C. Rumelhart, Hinton and Williams 1986,
/// equation 1; LECTURES L2, Y7, X9.
/// </summary>
/// <remarks>
/// W is C x D, one row of weights per unit; b has C elements and starts at zero.
/// Loops: ReferenceBackend.Products, ReferenceBackend.Bias.
/// </remarks>
public sealed class Dense<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int inputs;
    private readonly int outputs;
    private readonly Initializer initializer;
    private readonly Parameter<T> weight;
    private readonly Parameter<T>? bias;

    /// <summary>Creates the layer.</summary>
    /// <param name="inputs">D, the number of inputs, 1 or more.</param>
    /// <param name="outputs">C, the number of units, 1 or more.</param>
    /// <param name="initializer">How the initial weights are drawn; <see cref="Initializer.LeCun"/> by default.</param>
    /// <param name="useBias">Whether b is added.</param>
    public Dense(int inputs, int outputs, Initializer? initializer = null, bool useBias = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        this.inputs = inputs;
        this.outputs = outputs;
        this.initializer = initializer ?? Initializer.LeCun;
        weight = new Parameter<T>("weight", new Shape(outputs, inputs), this.initializer, fanIn: inputs, fanOut: outputs);
        bias = useBias ? new Parameter<T>("bias", new Shape(outputs), isWeight: false) : null;
        Parameters = bias is null ? [weight] : [weight, bias];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 1 && input[0] == inputs
            ? new Shape(outputs)
            : throw Unfit($"samples of shape {inputs} (put a Flatten in front of images)", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((inputs + (bias is null ? 0L : 1L)) * outputs, (long)inputs * outputs);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        Backend.Product(x, weight.Value.Transposed, y); // Y = X Wᵀ
        if (bias is not null)
            Backend.AddBias(bias.Value, y);             // Y += 1 bᵀ
    }

    // y_nc = sum_d x_nd W_cd + b_c. The loss L sees W_cd through y_nc of every sample n, and x_nd through every unit c:
    // (1) dW_cd = sum_n dL/dy_nc x_nd, that is dW = dYᵀ X
    // (2) db_c  = sum_n dL/dy_nc,      that is db = dYᵀ 1
    // (3) dx_nd = sum_c dL/dy_nc W_cd, that is dX = dY W

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (!IsFrozen)
        {
            Backend.AddProduct(dY.Transposed, x, weight.Gradient); // (1) dW += dYᵀ X
            if (bias is not null)
                Backend.AddBiasGradient(dY, bias.Gradient);        // (2) db += dYᵀ 1
        }

        if (dX is not null)
            Backend.Product(dY, weight.Value, dX);                 // (3) dX = dY W
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{inputs}", $"{outputs}",
        CSharp.Option("initializer", initializer, Initializer.LeCun), CSharp.Option("useBias", bias is not null, true));
}
