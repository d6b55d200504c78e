using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>
/// Maps through a body with running statistics, a random mask and, where there is a projection, another number of
/// channels: buffers, modes and branches in one.
/// </summary>
internal sealed record ResidualCase(int Channels, int Columns, int? Projected) : LayerCase
{
    // Two rows or more: a training step of batch normalisation needs two values a channel.
    public override Shape Input => new(Channels, 2, Columns);

    public override string Construction
    {
        get
        {
            string body = $"new Sequential<double>(new Shape({Input.ToString().Replace("x", ", ")}), new BatchNormalization<double>({Channels}, epsilon: 0.1), new Tanh<double>(), new Dropout<double>(0.3, seed: {Seed})";
            return Projected is { } channels
                ? $"new Residual<double>({body}, new Convolution2D<double>({Channels}, {channels}, kernel: 3, random, padding: 1)), projection: new Convolution2D<double>({Channels}, {channels}, kernel: 1, random))"
                : $"new Residual<double>({body}))";
        }
    }

    public static ResidualCase Draw(Random random) => new(random.Between(1, 3), random.Between(1, 4), random.OneOf<int?>(null, 1, 2, 4));

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

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Projected is not null)
            yield return this with { Projected = null };
        if (Columns > 1)
            yield return this with { Columns = Columns - 1 };
        if (Channels > 1)
            yield return this with { Channels = Channels - 1 };
    }
}
