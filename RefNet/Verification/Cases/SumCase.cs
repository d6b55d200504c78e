using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>
/// A residual block: maps through a body with running statistics, a random mask and, with a projection, another number of
/// channels; optionally a third branch. It combines buffers, modes and branches.
/// </summary>
internal sealed record SumCase(int Channels, int Columns, int? Projected, bool HasThird) : LayerCase
{
    // Two rows or more: a training step of batch normalisation needs two values per channel.
    public override Shape Input => new(Channels, 2, Columns);

    public static SumCase Draw(Random random) => new(random.Between(1, 3), random.Between(1, 4), random.OneOf<int?>(null, 1, 2, 4), random.OneOf(true, false));

    protected override Layer<T> Build<T>(Random random)
    {
        BatchNormalization<T> normalization = new(Channels, epsilon: 0.1); // see BatchNormalizationCase
        Dropout<T> dropout = new(0.3, Seed);
        int outputs = Projected ?? Channels;
        List<Layer<T>> branches = Projected is null
            ? [new Sequential<T>(normalization, new Tanh<T>(), dropout), new Identity<T>()]
            : [new Sequential<T>(normalization, new Tanh<T>(), dropout, new Convolution2D<T>(Channels, outputs, kernel: 3, padding: 1)), new Convolution2D<T>(Channels, outputs, kernel: 1)];
        if (HasThird)
            branches.Add(new Convolution2D<T>(Channels, outputs, kernel: 1));
        return new Sum<T>([.. branches]);
    }

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (HasThird)
            yield return this with { HasThird = false };
        if (Projected is not null)
            yield return this with { Projected = null };
        if (Columns > 1)
            yield return this with { Columns = Columns - 1 };
        if (Channels > 1)
            yield return this with { Channels = Channels - 1 };
    }
}
