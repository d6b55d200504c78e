namespace RefNet.Data.Augmentation;

/// <summary>
/// Covers a square of S x S pixels with 0, which is the mean where the scaling centres the data. Each pixel is equally likely to be its middle
/// (the one below and right of it where S is even), so that part of it may lie beyond an edge. DeVries and Taylor 2017, "Improved
/// regularization of convolutional neural networks with cutout", with S = 16 for CIFAR-10.
/// </summary>
/// <param name="side">S, a whole number from 0 to 1000 pixels.</param>
public sealed class Cutout(double side) : PixelTransform
{
    private readonly int side = Whole(side, 0, 1000, "The side in pixels");

    /// <inheritdoc/>
    public override void Change(ref ImageDraws draws, ScaledImage x)
    {
        int top = draws.Whole(0, x.Rows - 1) - side / 2, left = draws.Whole(0, x.Columns - 1) - side / 2;
        int bottom = Math.Min(x.Rows, top + side), right = Math.Min(x.Columns, left + side);
        (top, left) = (Math.Max(0, top), Math.Max(0, left));
        for (int channel = 0; channel < x.Channels; channel++)
        {
            for (int row = top; row < bottom; row++)
                x.Channel(channel)[(row * x.Columns + left)..(row * x.Columns + right)].Clear();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text("cutout", side);
}
