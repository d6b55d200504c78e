using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>
/// A small network: images, flattened, then pairs of Dense and Tanh. The later pairs are in a nested Sequential, and everything
/// is in a Network or in a Sequential.
/// </summary>
internal sealed record SequentialCase(int Rows, int Columns, int[] Widths, int NestedPairs, bool IsNetwork) : LayerCase
{
    private const int Channels = 2;

    public override Shape Input => new(Channels, Rows, Columns);

    private int FirstNested => Widths.Length - NestedPairs;

    public static SequentialCase Draw(Random random, bool isNetwork)
    {
        int pairs = random.Between(1, 3);
        return new SequentialCase(random.Between(1, 3), random.Between(1, 3), random.Between(1, 4, count: pairs), random.Between(0, pairs), isNetwork);
    }

    protected override Layer<T> Build<T>(Random random)
    {
        Layer<T>[][] pairs = [.. Widths.Select((width, i) => new Layer<T>[] { new Dense<T>(InputsOf(i), width), new Tanh<T>() })];
        List<Layer<T>> layers = [new Flatten<T>(), .. pairs[..FirstNested].SelectMany(pair => pair)];
        if (NestedPairs > 0)
            layers.Add(new Sequential<T>([.. pairs[FirstNested..].SelectMany(pair => pair)]));
        return IsNetwork ? new Network<T>(Input, Seed, [.. layers]) : new Sequential<T>([.. layers]);
    }

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (NestedPairs > 0)
            yield return this with { NestedPairs = NestedPairs - 1 };
        if (Widths.Length > 1)
            yield return this with { Widths = Widths[1..], NestedPairs = Math.Min(NestedPairs, Widths.Length - 1) };
        foreach (int[] widths in Draws.Smaller(Widths))
            yield return this with { Widths = widths };
        foreach (int[] image in Draws.Smaller([Rows, Columns]))
            yield return this with { Rows = image[0], Columns = image[1] };
    }

    private int InputsOf(int pair) => pair == 0 ? Input.Count : Widths[pair - 1];
}
