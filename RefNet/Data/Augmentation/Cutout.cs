namespace RefNet.Data.Augmentation;

/// <summary>
/// Covers a square of S x S pixels with 0, which is the mean where the scaling centres the data. Each pixel is equally likely to be its centre
/// (the one below and right of the centre where S is even), so part of the square may be outside the image. DeVries and Taylor 2017, "Improved
/// regularization of convolutional neural networks with cutout", with S = 16 for CIFAR-10.
/// </summary>
/// <param name="side">S, an integer from 0 to 1000 pixels.</param>
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
