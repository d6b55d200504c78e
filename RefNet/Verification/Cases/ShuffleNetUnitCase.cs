using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Maps through a unit of one or two groups, at stride 1 or 2, with groups in its first convolution or not.</summary>
internal sealed record ShuffleNetUnitCase(int Groups, int Inputs, int Stride, int Rows, int Columns, bool GroupsFirst) : LayerCase
{
    public override Shape Input => new(Inputs, Rows, Columns);

    // Two rows or more after a stride: a training step of batch normalisation needs two values per channel.
    public static ShuffleNetUnitCase Draw(Random random)
    {
        int groups = random.Between(1, 2), stride = random.Between(1, 2);
        return new ShuffleNetUnitCase(groups, stride == 1 ? 4 * groups : groups * random.Between(1, 2), stride, random.Between(3, 4), random.Between(1, 4), random.OneOf(true, false));
    }

    protected override Layer<T> Build<T>(Random random) =>
        new ShuffleNetUnit<T>(Inputs, 4 * Groups, Groups, Stride, GroupsFirst, epsilon: 0.1); // see BatchNormalizationCase

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Groups > 1)
            yield return this with { Groups = 1, Inputs = Stride == 1 ? 4 : Math.Max(1, Inputs / 2) };
        if (Rows > 3)
            yield return this with { Rows = 3 };
        if (Columns > 1)
            yield return this with { Columns = Columns - 1 };
        if (!GroupsFirst)
            yield return this with { GroupsFirst = true };
    }
}
