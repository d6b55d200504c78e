using RefNet.Tensors;

namespace RefNet.Data.Augmentation;

/// <summary>Draws the effect of augmentation: in each row an unchanged image, then variants of it.</summary>
public static class AugmentationSheet
{
    // The space around an image, and the smallest size of an image, below which pixels are enlarged to blocks.
    private const int Gap = 6;
    private const int CellSide = 96;
    private const byte Desk = 128;

    private static readonly PixelScaling Scaling = new(Low: 0, High: 255);

    /// <summary>Draws the sheet.</summary>
    /// <param name="images">The images.</param>
    /// <param name="rows">For each row, the index of its image and its augmentation.</param>
    /// <param name="variants">The number of variants per row; variant v is that of epoch v, counted from 1.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <exception cref="InputException">The sheet would be too large, or a transform does not apply to the images.</exception>
    public static Picture Draw(ImageSet images, IReadOnlyList<(int Image, AugmentationPipeline Pipeline)> rows, int variants, int seed)
    {
        int scale = Math.Max(1, CellSide / Math.Max(images.Rows, images.Columns));
        int cellRows = images.Rows * scale + Gap, cellColumns = images.Columns * scale + Gap;
        int channels = images.Channels == 1 ? 1 : 3;
        long size = (long)(rows.Count * (long)cellRows + Gap) * ((variants + 1) * (long)cellColumns + Gap) * channels;
        if (size > FileLimits.Picture)
            throw new InputException($"Expected a sheet of at most {FileLimits.Picture} bytes; found {size}. Ask for fewer images or variants.");

        (int height, int width) = (rows.Count * cellRows + Gap, (variants + 1) * cellColumns + Gap);
        byte[] sheet = new byte[size];
        Array.Fill(sheet, Desk);
        Shape shape = Scaling.SampleShape(images);
        float[] table = Scaling.Table<float>(), sample = new float[shape.Count];
        for (int row = 0; row < rows.Count; row++)
        {
            rows[row].Pipeline.Check(images.Channels);
            for (int variant = 0; variant <= variants; variant++)
            {
                Scaling.Apply<float>(table, images, rows[row].Image, sample);
                if (variant > 0)
                    rows[row].Pipeline.Apply<float>(sample, shape, Scaling, seed, epoch: variant, rows[row].Image);
                Paint(row * cellRows + Gap, variant * cellColumns + Gap);
            }
        }

        return new Picture(sheet, height, width, channels);

        void Paint(int top, int left)
        {
            for (int y = 0; y < images.Rows * scale; y++)
            {
                for (int x = 0; x < images.Columns * scale; x++)
                {
                    for (int channel = 0; channel < channels; channel++)
                        sheet[((top + y) * width + left + x) * channels + channel] =
                            (byte)Math.Clamp(MathF.Round(sample[(channel * images.Rows + y / scale) * images.Columns + x / scale]), 0, 255);
                }
            }
        }
    }
}
