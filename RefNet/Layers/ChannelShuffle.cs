using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Interleaves the channels of G groups: y_(k G + g) = x_(g K + k), with K = C / G channels in each
/// group; samples of shape C or of C x H x W -> the same. Between two grouped convolutions it lets each group of the
/// second see all groups of the first. Zhang et al. 2018, figure 1 (ShuffleNet); LECTURES L17.
/// </summary>
/// <remarks>Loops: ReferenceBackend.Channels.</remarks>
public sealed class ChannelShuffle<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int groups;

    /// <summary>Creates the layer.</summary>
    /// <param name="groups">G, 1 or more.</param>
    public ChannelShuffle(int groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        this.groups = groups;
    }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Rank is 1 or 3 && input[0] % groups == 0
        ? input
        : throw Unfit($"samples of channels or of channels x rows x columns, with channels a multiple of {groups}", input);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        int channels = x.Shape[1];
        for (int c = 0; c < channels; c++)
            Backend.CopyChannels(x, c, y, Place(c, channels), 1); // y_(k G + g) = x_(g K + k)
    }

    // Each y is one x, at another position:
    // (1) dx_(g K + k) = dy_(k G + g)

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        int channels = x.Shape[1];
        for (int c = 0; dX is not null && c < channels; c++)
            Backend.CopyChannels(dY, Place(c, channels), dX, c, 1); // (1)
    }

    // The new position of channel c = g K + k: k G + g.
    private int Place(int c, int channels)
    {
        int perGroup = channels / groups;
        return c % perGroup * groups + c / perGroup;
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{groups}");
}
