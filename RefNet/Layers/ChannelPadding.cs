using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Channels of zeros before and after those of x: y_(before + c) = x_c, 0 elsewhere; samples of shape C or of C x H x W ->
/// before + C + after or before + C + after x H x W. He et al. 2016, section 3.3, option A (zeros after); LECTURES L16.
/// </summary>
/// <remarks>Loops: ReferenceBackend.Channels, ReferenceBackend.Numbers.</remarks>
public sealed class ChannelPadding<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int before;
    private readonly int after;

    /// <summary>Creates the layer.</summary>
    /// <param name="before">The number of zero channels before those of x, 0 or more.</param>
    /// <param name="after">The number of zero channels after them, 0 or more.</param>
    public ChannelPadding(int before, int after)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(before);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        (this.before, this.after) = (before, after);
    }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Rank is 1 or 3
        ? new Shape([before + input[0] + after, .. input.ToArray()[1..]])
        : throw Unfit("samples of channels or of channels x rows x columns", input);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        Backend.Fill(y, T.Zero);
        Backend.CopyChannels(x, 0, y, before, x.Shape[1]); // y_(before + c) = x_c
    }

    // Each x appears once in y, and the zeros do not depend on it:
    // (1) dx_c = dy_(before + c)

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            Backend.CopyChannels(dY, before, dX, 0, x.Shape[1]); // (1)
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{before}", $"{after}");
}
