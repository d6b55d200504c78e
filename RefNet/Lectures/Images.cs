using RefNet.Data;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>The indexing and scaling of images. LECTURES Y26.</summary>
internal static class Images
{
    public static IEnumerable<Replay> All { get; } =
    [
        new("Y26", "S0", "indices and values of an image",
            "im[y, x, c] is y pixels down and x to the right in channel c; colours are put in the order red, green, blue; im / 255 goes from 0 to 1.", compute: Indices),
    ];

    // A 2x3 picture in file order: rows of pixels, each blue, green, red. RefNet puts channels first.
    private static void Indices(Notes notes)
    {
        const int Height = 2, Width = 3;
        byte[] file = [.. Enumerable.Range(0, Height * Width * 3).Select(i => (byte)(15 * i))];
        byte[] planes = [.. Enumerable.Range(0, 3 * Height * Width).Select(i => file[3 * (i % (Height * Width)) + 2 - i / (Height * Width)])];
        ImageSet images = new(planes, new byte[1], Height, Width, ["picture"], channels: 3);
        Tensor<double> image = new(new Shape(3, Height, Width));
        double[] table = new PixelScaling().Table<double>();
        new PixelScaling().Apply<double>(table, images, n: 0, image.Span);

        notes.Right("im[0, 0, 0], the red of the pixel at the top left", file[2] / 255.0, image[0, 0, 0]);
        notes.Right("im[1, 2, 2], the blue of the pixel at the bottom right", file[^3] / 255.0, image[2, 1, 2]);
        notes.Right("im[1, 0, 1], a row down in the green channel", file[3 * Width + 1] / 255.0, image[1, 1, 0]);
        notes.Right("the value of byte 0", 0.0, table[0]);
        notes.Right("the value of byte 255", 1.0, table[255]);
    }
}
