using FsCheck;
using FsCheck.Fluent;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

/// <summary>
/// Maps through a body with running statistics, a random mask and, where there is a projection, another number of
/// channels: buffers, modes and branches in one.
/// </summary>
public sealed record ResidualCase(int Channels, int Columns, int? Projected) : LayerCase
{
    public static Gen<LayerCase> Generator { get; } = (
        from channels in Gen.Choose(1, 3)
        from columns in Gen.Choose(1, 4)
        from projected in Gen.Elements<int?>(null, 1, 2, 4)
        select new ResidualCase(channels, columns, projected)).AsLayerCases();

    // Two rows or more: a training step of batch normalisation needs two values a channel.
    public override Shape Input => new(Channels, 2, Columns);

    public override IEnumerable<LayerCase> Shrink()
    {
        foreach (LayerCase simpler in base.Shrink())
            yield return simpler;
        if (Projected is not null)
            yield return this with { Projected = null };
        if (Columns > 1)
            yield return this with { Columns = Columns - 1 };
    }

    protected override Layer<T> Build<T>(Random random)
    {
        BatchNormalization<T> normalization = new(Channels, epsilon: 0.1); // see BatchNormalizationCase
        Dropout<T> dropout = new(0.3, Seed);
        if (Projected is not { } channels)
            return new Residual<T>(new Sequential<T>(Input, normalization, new Tanh<T>(), dropout));

        Convolution2D<T> convolution = new(Channels, channels, kernel: 3, random, padding: 1);
        return new Residual<T>(
            new Sequential<T>(Input, normalization, new Tanh<T>(), dropout, convolution),
            projection: new Convolution2D<T>(Channels, channels, kernel: 1, random));
    }
}
