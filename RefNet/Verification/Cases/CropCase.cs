using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Maps, and a window that omits some rows and columns on each side, or none.</summary>
internal sealed record CropCase(int Channels, int[] Rows, int[] Columns) : LayerCase
{
    // Each axis: the numbers of elements cut before, kept, and cut after.
    public override Shape Input => new(Channels, Rows.Sum(), Columns.Sum());

    internal override bool IsAffine => true;

    public static CropCase Draw(Random random)
    {
        int[] Axis() => [random.Between(0, 2), random.Between(1, 3), random.Between(0, 2)];
        return new CropCase(random.Between(1, 3), Axis(), Axis());
    }

    protected override Layer<T> Build<T>(Random random) => new Crop<T>(Rows[0], Columns[0], Rows[1], Columns[1]);

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Channels > 1)
            yield return this with { Channels = Channels - 1 };
        foreach (int[] rows in SmallerAxis(Rows))
            yield return this with { Rows = rows };
        foreach (int[] columns in SmallerAxis(Columns))
            yield return this with { Columns = columns };
    }

    private static IEnumerable<int[]> SmallerAxis(int[] axis)
    {
        for (int i = 0; i < axis.Length; i++)
        {
            if (axis[i] > (i == 1 ? 1 : 0))
                yield return [.. axis[..i], axis[i] - 1, .. axis[(i + 1)..]];
        }
    }
}
