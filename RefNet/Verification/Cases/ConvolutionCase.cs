using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Groups of maps, and non-square kernels with strides, padding and dilation.</summary>
internal sealed record ConvolutionCase(
    int Groups, int InputsPerGroup, int OutputsPerGroup, int Height, int Width, ConvolutionGeometry Geometry, bool UseBias) : LayerCase
{
    public override Shape Input => new(Groups * InputsPerGroup, Height, Width);

    internal override bool IsAffine => true;

    public static ConvolutionCase Draw(Random random)
    {
        ConvolutionGeometry geometry = new(random.ConvolutionWindow(), random.ConvolutionWindow())
        {
            Flip = random.OneOf(true, false),
            Rounding = random.OneOf(Rounding.Exact, Rounding.Floor, Rounding.Ceiling),
        };
        return new ConvolutionCase(random.Between(1, 3), random.Between(1, 2), random.Between(1, 2),
            random.Extent(geometry.Rows, geometry.Rounding), random.Extent(geometry.Columns, geometry.Rounding), geometry, random.OneOf(true, false));
    }

    protected override Layer<T> Build<T>(Random random) =>
        new Convolution2D<T>(Groups * InputsPerGroup, Groups * OutputsPerGroup, Geometry, Groups, useBias: UseBias);

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Groups > 1)
            yield return this with { Groups = 1 };
        if (InputsPerGroup > 1)
            yield return this with { InputsPerGroup = 1 };
        if (OutputsPerGroup > 1)
            yield return this with { OutputsPerGroup = 1 };
        foreach ((Window rows, int height) in GeometryDraws.Smaller(Geometry.Rows, Height, Geometry.Rounding))
            yield return this with { Geometry = Geometry with { Rows = rows }, Height = height };
        foreach ((Window columns, int width) in GeometryDraws.Smaller(Geometry.Columns, Width, Geometry.Rounding))
            yield return this with { Geometry = Geometry with { Columns = columns }, Width = width };
        if (UseBias)
            yield return this with { UseBias = false };
    }
}
