using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Softmax over the classes: y_c = exp(x_c) / sum_k exp(x_k), samples of shape C -> C, or of C x H x W -> the same with a
/// softmax at each pixel. Bridle 1990, equation 2; LECTURES L9, X42.
/// </summary>
/// <remarks>
/// The largest x_c is subtracted first, which does not change the result but keeps exp from overflowing. To train a classifier,
/// leave this layer out and use <c>SoftmaxCrossEntropy</c>, which takes the x_c themselves and loses no digits in the logarithm.
/// Loops: ReferenceBackend.Softmax.
/// </remarks>
public sealed class Softmax<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Output;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode) => Backend.Softmax(x, y);

    // One pixel; Z = sum_k exp(x_k), y_k = exp(x_k)/Z, so that y_k depends on every x_c through Z:
    // (1) dy_k/dx_c = y_k [k = c] - y_k y_c
    // (2) dx_c = sum_k dy_k dy_k/dx_c = y_c (dy_c - s), s = sum_k dy_k y_k

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            Backend.SoftmaxGradient(y, dY, dX); // (2)
    }
}
