using RefNet.Tensors;

namespace RefNet.Initializers;

/// <summary>
/// w(u,v) = (1 - |u/f - m|) (1 - |v/f - m|) on the diagonal of channels, with f = ⌈K/2⌉ and the middle m = (2 f - 1 - f mod 2) / (2 f).
/// </summary>
internal sealed class BilinearInitializer : Initializer
{
    public override void Fill<T>(Span<T> weights, Shape shape, int fanIn, int fanOut, Random random)
    {
        if (shape.Rank != 4)
            throw new ArgumentException($"Bilinear weights are kernels: channels x channels of a group x rows x columns. Found {shape}.");
        weights.Clear();
        int taps = shape[2] * shape[3];
        for (int channel = 0; channel < shape[0]; channel++)
        {
            Span<T> kernel = weights.Slice((channel * shape[1] + channel % shape[1]) * taps, taps);
            for (int i = 0; i < taps; i++)
                kernel[i] = T.CreateChecked(Tent(i / shape[3], shape[2]) * Tent(i % shape[3], shape[3]));
        }
    }

    public override void Fill<T>(Span<T> weights, int fanIn, int fanOut, Random random) =>
        throw new NotSupportedException("Bilinear weights depend on the shape of the kernel.");

    public override string ToString() => nameof(Bilinear);

    // 1 in the middle of the kernel, 0 at a distance of one input pixel
    private static double Tent(int tap, int size)
    {
        double factor = (size + 1) / 2, middle = (2 * factor - 1 - factor % 2) / (2 * factor);
        return 1 - Math.Abs(tap / factor - middle);
    }
}
