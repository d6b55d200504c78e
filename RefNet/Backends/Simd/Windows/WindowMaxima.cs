using System.Numerics;
using RefNet.Geometry;

namespace RefNet.Backends.Simd;

/// <summary>
/// The largest element of each sliding window of consecutive planes, and its index. Padding never
/// wins; of equal elements the first in row-major order wins; NaN wins over numbers.
/// </summary>
internal static class WindowMaxima
{
    /// <summary>Writes the largest element of each window, and its index from the start of the first plane.</summary>
    public static unsafe void Find<T>(ReadOnlySpan<T> planes, int height, int width, PoolingGeometry geometry, Span<T> maxima, Span<int> places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float) && PairSums.Fit(geometry, height, width))
        {
            fixed (T* source = planes, target = maxima[..(planes.Length / 4)])
            fixed (int* place = places[..(planes.Length / 4)])
                PairMaxima.Find((float*)source, planes.Length / (2 * width), width / 2, (float*)target, place);
            return;
        }

        (int rows, int columns) = geometry.Output(height, width);
        (int inputs, int outputs) = (height * width, rows * columns);
        fixed (T* source = planes, target = maxima)
        fixed (int* place = places)
        {
            for (int plane = 0; plane < planes.Length / inputs; plane++)
            {
                if (typeof(T) == typeof(float) && SlidingMaxima.Suit(geometry))
                    SlidingMaxima.Find((float*)source + plane * inputs, plane * inputs, height, width, geometry, (float*)target + plane * outputs, place + plane * outputs);
                else
                    FindEach(source + plane * inputs, plane * inputs, height, width, geometry, target + plane * outputs, place + plane * outputs);
            }
        }
    }

    /// <summary>Adds each value to the element that was the largest of its window, and writes 0 elsewhere.</summary>
    public static unsafe void Spread<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> places, int height, int width, PoolingGeometry geometry, Span<T> planes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float) && PairSums.Fit(geometry, height, width))
        {
            fixed (T* source = values[..(planes.Length / 4)], target = planes)
            fixed (int* place = places[..(planes.Length / 4)])
                PairMaxima.Spread((float*)source, place, planes.Length / (2 * width), width / 2, (float*)target);
            return;
        }

        planes.Clear();
        for (int i = 0; i < places.Length; i++)
            planes[places[i]] += values[i];
    }

    // The windows of one plane, one at a time.
    private static unsafe void FindEach<T>(T* plane, int firstPlace, int height, int width, PoolingGeometry geometry, T* maxima, int* places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int columns) = geometry.Output(height, width);
        for (int i = 0; i < rows * columns; i++)
        {
            (int top, int bottom) = PoolingGeometry.Cover(geometry.Rows, i / columns, height);
            (int left, int right) = PoolingGeometry.Cover(geometry.Columns, i % columns, width);
            int winner = top * width + left;
            for (int row = top; row < bottom; row++)
            {
                for (int k = row * width + left; k < row * width + right; k++)
                {
                    if (plane[k] > plane[winner] || T.IsNaN(plane[k]))
                        winner = k;
                }
            }

            (maxima[i], places[i]) = (plane[winner], firstPlace + winner);
        }
    }
}
