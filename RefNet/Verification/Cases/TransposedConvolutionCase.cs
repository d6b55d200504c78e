using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Non-square kernels with strides, padding on each side, dilation, groups and output padding.</summary>
internal sealed record TransposedConvolutionCase(
    int Groups, int InputsPerGroup, int OutputsPerGroup, int Height, int Width, ConvolutionGeometry Geometry, int OutputPadding, bool UseBias) : LayerCase
{
    public override Shape Input => new(Groups * InputsPerGroup, Height, Width);

    internal override bool IsAffine => true;

    private bool Fits => Geometry.Rows.Extent(Height) + OutputPadding > 0 && Geometry.Columns.Extent(Width) + OutputPadding > 0
        && OutputPadding < Math.Min(Geometry.Rows.Stride, Geometry.Columns.Stride);

    public static TransposedConvolutionCase Draw(Random random)
    {
        TransposedConvolutionCase drawn;
        do
        {
            ConvolutionGeometry geometry = new(random.ConvolutionWindow(), random.ConvolutionWindow()) { Flip = random.OneOf(true, false) };
            drawn = new TransposedConvolutionCase(random.Between(1, 3), random.Between(1, 2), random.Between(1, 2), random.Between(1, 3), random.Between(1, 3),
                geometry, random.Between(0, 2), random.OneOf(true, false));
        }
        while (!drawn.Fits);
        return drawn;
    }

    protected override Layer<T> Build<T>(Random random) =>
        new TransposedConvolution2D<T>(Groups * InputsPerGroup, Groups * OutputsPerGroup, Geometry, OutputPadding, Groups, useBias: UseBias);

    protected override IEnumerable<LayerCase> SimplerLayers() => Simpler().Where(simpler => simpler.Fits);

    private IEnumerable<TransposedConvolutionCase> Simpler()
    {
        foreach (int[] smaller in Draws.Smaller([Groups, InputsPerGroup, OutputsPerGroup, Height, Width]))
            yield return this with { Groups = smaller[0], InputsPerGroup = smaller[1], OutputsPerGroup = smaller[2], Height = smaller[3], Width = smaller[4] };
        if (OutputPadding > 0)
            yield return this with { OutputPadding = 0 };
        if (UseBias)
            yield return this with { UseBias = false };
        foreach (Window rows in GeometryDraws.Simpler(Geometry.Rows))
            yield return this with { Geometry = Geometry with { Rows = rows } };
        foreach (Window columns in GeometryDraws.Simpler(Geometry.Columns))
            yield return this with { Geometry = Geometry with { Columns = columns } };
    }
}
