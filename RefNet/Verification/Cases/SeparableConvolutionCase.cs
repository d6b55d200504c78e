using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>One to three non-square kernels per channel, with strides and padding, and a mix of all channels.</summary>
internal sealed record SeparableConvolutionCase(int Channels, int Outputs, int Multiplier, int Height, int Width, ConvolutionGeometry Geometry, bool UseBias) : LayerCase
{
    public override Shape Input => new(Channels, Height, Width);

    internal override bool IsAffine => true;

    public static SeparableConvolutionCase Draw(Random random)
    {
        ConvolutionGeometry geometry = new(random.ConvolutionWindow(), random.ConvolutionWindow()) { Flip = random.OneOf(true, false) };
        return new SeparableConvolutionCase(random.Between(1, 3), random.Between(1, 3), random.Between(1, 3),
            random.Extent(geometry.Rows, Rounding.Exact), random.Extent(geometry.Columns, Rounding.Exact), geometry, random.OneOf(true, false));
    }

    protected override Layer<T> Build<T>(Random random) => new SeparableConvolution2D<T>(Channels, Outputs, Geometry, Multiplier, useBias: UseBias);

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        foreach (int[] smaller in Draws.Smaller([Channels, Outputs, Multiplier]))
            yield return this with { Channels = smaller[0], Outputs = smaller[1], Multiplier = smaller[2] };
        foreach ((Window rows, int height) in GeometryDraws.Smaller(Geometry.Rows, Height, Rounding.Exact))
            yield return this with { Geometry = Geometry with { Rows = rows }, Height = height };
        foreach ((Window columns, int width) in GeometryDraws.Smaller(Geometry.Columns, Width, Rounding.Exact))
            yield return this with { Geometry = Geometry with { Columns = columns }, Width = width };
        if (UseBias)
            yield return this with { UseBias = false };
    }
}
