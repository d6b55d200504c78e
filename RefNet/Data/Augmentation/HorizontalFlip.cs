namespace RefNet.Data.Augmentation;

/// <summary>Swaps left and right with probability 1/2: new(x, y) = old(-x, y). Krizhevsky et al. 2012, section 4.1. Not for digits and letters.</summary>
public sealed class HorizontalFlip : AffineTransform
{
    /// <inheritdoc/>
    protected override AffineMap Draw(ref ImageDraws draws) => new(draws.Coin() ? -1 : 1, 0, 0, 1);

    /// <inheritdoc/>
    public override string ToString() => "flip";
}
