using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Global average pooling: y_c = (1/P) sum_p x_c(p), the mean over the P = H W positions of each map; samples of shape
/// C x H x W -> C, so that no <see cref="Flatten{T}"/> is needed after it. Lin et al. 2014, section 3.2; LECTURES L8.
/// </summary>
/// <remarks>
/// Maps may have any size: the layers after it always see C numbers.
/// Loops: ReferenceBackend.Channels, ReferenceBackend.Numbers.
/// </remarks>
public sealed class GlobalAveragePooling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Saved by Forward for Backward
    private Tensor<T>? share; // 1/P, in the shape of x

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 3 ? new Shape(input[0]) : throw Unfit("samples of shape channels x rows x columns", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new(input.Count, 0);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        Tensor<T>.Reuse(ref share, x.Shape);
        Backend.Fill(share, T.One / T.CreateChecked(x.Count / y.Count));
        Backend.Fill(y, T.Zero);
        Backend.AddScaleGradient(x, share, y); // y_c = sum_p x_c(p) (1/P)
    }

    // Each x contributes to the mean of its map with slope 1/P:
    // (1) dx_c(p) = dy_c (1/P)

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            Backend.ScaleChannels(share!, dY, dX); // (1)
    }
}
