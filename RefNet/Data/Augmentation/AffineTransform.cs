namespace RefNet.Data.Augmentation;

/// <summary>A geometric transform that is an affine map about the middle of the image.</summary>
public abstract class AffineTransform : GeometricTransform
{
    /// <summary>Draws the map m from the places of the new image to those of the old one: new(p) = old(m(p)).</summary>
    protected abstract AffineMap Draw(ref ImageDraws draws);

    /// <inheritdoc/>
    public sealed override void Map(ref ImageDraws draws, SamplingGrid grid) => grid.Map(Draw(ref draws));
}
