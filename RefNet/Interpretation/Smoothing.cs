using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>Shifts and blurs of images N x C x H x W.</summary>
internal static class Smoothing
{
    /// <summary>y(i,j) = x(i - down, j - right); pixels that leave at one border enter at the opposite one.</summary>
    public static Tensor<T> Shift<T>(Tensor<T> x, int down, int right) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(x, (plane, i, j, rows, columns) => plane[Wrap(i - down, rows) * columns + Wrap(j - right, columns)]);

    /// <summary>The mean over the neighbours, weighted by exp(-d²/2σ²) up to a distance of 3σ; those outside the image do not count.</summary>
    public static Tensor<T> Blur<T>(Tensor<T> x, double sigma) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int reach = (int)Math.Ceiling(3 * sigma);
        T[] weights = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(d => T.CreateChecked(Math.Exp(-d * d / (2 * sigma * sigma))))];
        Tensor<T> along = Map(x, (plane, i, j, rows, columns) => Mean(plane, i * columns, stride: 1, j, columns));
        return Map(along, (plane, i, j, rows, columns) => Mean(plane, j, columns, i, rows));

        T Mean(ReadOnlySpan<T> plane, int start, int stride, int at, int extent)
        {
            (T sum, T weight) = (T.Zero, T.Zero);
            for (int d = Math.Max(-reach, -at); d <= Math.Min(reach, extent - 1 - at); d++)
            {
                sum += weights[d + reach] * plane[start + (at + d) * stride];
                weight += weights[d + reach];
            }

            return sum / weight;
        }
    }

    private delegate T Pixel<T>(ReadOnlySpan<T> plane, int i, int j, int rows, int columns);

    private static Tensor<T> Map<T>(Tensor<T> x, Pixel<T> pixel) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = new(x.Shape);
        (int rows, int columns) = (x.Shape[2], x.Shape[3]);
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int c = 0; c < x.Shape[1]; c++)
            {
                ReadOnlySpan<T> from = x.Plane(n, c);
                Span<T> to = y.PlaneSpan(n, c);
                for (int i = 0; i < to.Length; i++)
                    to[i] = pixel(from, i / columns, i % columns, rows, columns);
            }
        }

        return y;
    }

    private static int Wrap(int i, int extent) => (i % extent + extent) % extent;
}
