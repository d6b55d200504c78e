using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Data.Preparation;

/// <summary>
/// A preparation of inputs as the first layer of a network: y = x - μ, s ⊙ (x - μ) or M (x - μ) for each image x, samples of any shape of D values -> the same
/// shape. Such a network takes ordinary pixels, and gradients are with respect to these pixels. LECTURES T6.
/// </summary>
/// <param name="preparation">μ, optionally with s or M. They are computed before training and constant: the layer has no parameters.</param>
public sealed class PreparedInput<T>(InputPreparation<T> preparation) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The preparation of each image.</summary>
    public InputPreparation<T> Preparation { get; } = preparation;

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Count == Preparation.Mean.Count ? input : throw Unfit($"samples of {Preparation.Mean.Count} numbers", input);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        x.Values.CopyTo(y.Span);
        for (int n = 0; n < x.Shape[0]; n++)
            Preparation.Apply(y.SampleSpan(n)); // y = s ⊙ (x - μ) or M (x - μ)
    }

    // μ is a constant, so only M remains of y = M (x - μ), with y_i = sum_j M_ij (x_j - μ_j):
    // (1) dx_j = sum_i M_ij dy_i
    // s acts as a diagonal M; without s and M it is the identity:
    // (2) dx_j = s_j dy_j, or dy_j

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;

        for (int n = 0; n < dY.Shape[0]; n++)
        {
            ReadOnlySpan<T> dy = dY.Sample(n);
            Span<T> dx = dX.SampleSpan(n);
            if (Preparation.Matrix is { } m)
            {
                dx.Clear();
                for (int i = 0; i < dy.Length; i++)
                    TensorPrimitives.MultiplyAdd(m.Sample(i), dy[i], dx, dx); // (1)
            }
            else if (Preparation.Scale is { } s)
                TensorPrimitives.Multiply(s.Values, dy, dx); // (2)
            else
                dy.CopyTo(dx); // (2)
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string scale = Preparation.Scale is { } s ? CSharp.Code(s) : "null", matrix = Preparation.Matrix is { } m ? CSharp.Code(m) : "null";
        return CSharp.New(this, $"new({CSharp.Code(Preparation.Mean)}, {scale}, {matrix})");
    }
}
