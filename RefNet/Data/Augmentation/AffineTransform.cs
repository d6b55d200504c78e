namespace RefNet.Data.Augmentation;

/// <summary>A geometric transform that is an affine map about the centre of the image.</summary>
public abstract class AffineTransform : GeometricTransform
{
    /// <summary>Draws the map m from positions in the new image to positions in the old one: new(p) = old(m(p)).</summary>
    protected abstract AffineMap Draw(ref ImageDraws draws);

    /// <inheritdoc/>
    public sealed override void Map(ref ImageDraws draws, SamplingGrid grid) => grid.Map(Draw(ref draws));
}
