using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>Enlarges a map to the size of an image, by bilinear interpolation between the centres of its elements.</summary>
internal static class Enlarging
{
    /// <summary>y(i,j), rows x columns, from x(u,v).</summary>
    public static Tensor<T> Bilinear<T>(Tensor<T> x, int rows, int columns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = new(new Shape(rows, columns));
        for (int i = 0; i < rows; i++)
        {
            (int top, T down) = Place<T>(i, x.Shape[0], rows);
            int bottom = Math.Min(top + 1, x.Shape[0] - 1);
            for (int j = 0; j < columns; j++)
            {
                (int left, T along) = Place<T>(j, x.Shape[1], columns);
                int right = Math.Min(left + 1, x.Shape[1] - 1);
                y[i, j] = T.Lerp(T.Lerp(x[top, left], x[top, right], along), T.Lerp(x[bottom, left], x[bottom, right], along), down);
            }
        }

        return y;
    }

    // The last element whose centre is at or before that of a new element, and the distance between the two.
    private static (int First, T Share) Place<T>(int i, int from, int to) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double place = Math.Clamp((i + 0.5) * from / to - 0.5, 0, from - 1);
        return ((int)place, T.CreateChecked(place - (int)place));
    }
}
