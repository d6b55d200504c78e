using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Maps through convolutions of several widths and, as in a dense block, the maps themselves before them.</summary>
internal sealed record ConcatenationCase(int Channels, int Rows, int Columns, int[] Widths, bool KeepsInput) : LayerCase
{
    public override Shape Input => new(Channels, Rows, Columns);

    internal override bool IsAffine => true;

    public static ConcatenationCase Draw(Random random) => new(
        random.Between(1, 3), random.Between(1, 3), random.Between(1, 3), random.Between(1, 3, count: random.Between(1, 3)), random.OneOf(true, false));

    protected override Layer<T> Build<T>(Random random)
    {
        IEnumerable<Layer<T>> branches = Widths.Select(width => new Convolution2D<T>(Channels, width, kernel: 3, padding: 1));
        return new Concatenation<T>([.. KeepsInput ? branches.Prepend(new Identity<T>()) : branches]);
    }

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (KeepsInput)
            yield return this with { KeepsInput = false };
        if (Widths.Length > 1)
            yield return this with { Widths = Widths[1..] };
        foreach (int[] widths in Draws.Smaller(Widths))
            yield return this with { Widths = widths };
        foreach (int[] input in Draws.Smaller([Channels, Rows, Columns]))
            yield return this with { Channels = input[0], Rows = input[1], Columns = input[2] };
    }
}
