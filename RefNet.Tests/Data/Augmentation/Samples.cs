using RefNet.Data;
using RefNet.Data.Augmentation;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Data.Augmentation;

/// <summary>Images to augment, and augmentation of one of them.</summary>
internal static class Samples
{
    /// <summary>The numbers of bytes are the bytes, less 10: no number is special.</summary>
    public static readonly PixelScaling Scaling = new(Low: -10, High: 245);

    /// <summary>An image of random whole numbers.</summary>
    public static float[] Draw(Shape shape)
    {
        Random random = Seeds.Create(1, shape.Count);
        return [.. Enumerable.Range(0, shape.Count).Select(_ => (float)random.Next(-10, 246))];
    }

    /// <summary>What a pipeline makes of an image.</summary>
    public static float[] Augment(AugmentationPipeline pipeline, float[] image, Shape shape, int seed = 1, int epoch = 1, int index = 0)
    {
        float[] result = [.. image];
        pipeline.Apply<float>(result, shape, Scaling, seed, epoch, index);
        return result;
    }

    /// <summary>What transforms make of an image, by their names.</summary>
    public static float[] Augment(string names, float[] image, Shape shape, int seed = 1, int epoch = 1, int index = 0) =>
        Augment(AugmentationNames.Create(names), image, shape, seed, epoch, index);

    /// <summary>The number of a pixel; the background beyond the edges.</summary>
    public static float At(float[] image, Shape shape, int channel, int row, int column) =>
        row >= 0 && row < shape[1] && column >= 0 && column < shape[2] ? image[(channel * shape[1] + row) * shape[2] + column] : -10;

    /// <summary>An image whose pixels come from others, which are given for each channel, row and column.</summary>
    public static float[] Rearranged(float[] image, Shape shape, Func<int, int, (int Row, int Column)> from) =>
    [
        .. from channel in Enumerable.Range(0, shape[0])
           from row in Enumerable.Range(0, shape[1])
           from column in Enumerable.Range(0, shape[2])
           let place = @from(row, column)
           select At(image, shape, channel, place.Row, place.Column),
    ];

    /// <summary>An affine transform that draws nothing.</summary>
    public sealed class Fixed(AffineMap map) : AffineTransform
    {
        protected override AffineMap Draw(ref ImageDraws draws) => map;
    }
}
