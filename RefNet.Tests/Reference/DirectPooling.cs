using System.Numerics;
using RefNet.Geometry;

namespace RefNet.Tests.Reference;

/// <summary>Windows over one plane as their definition says: a loop over the outputs, and over the cells of each.</summary>
public static class DirectPooling
{
    /// <summary>The sum of each window.</summary>
    public static T[] Sums<T>(T[] plane, int height, int width, PoolingGeometry geometry) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Windows(height, width, geometry).Select(cells => cells.Aggregate(T.Zero, (sum, cell) => sum + plane[cell]))];

    /// <summary>For each element the sum of the values of the windows that it lies in.</summary>
    public static T[] Spread<T>(T[] values, int height, int width, PoolingGeometry geometry) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] plane = new T[height * width];
        foreach ((int[] cells, T value) in Windows(height, width, geometry).Zip(values))
        {
            foreach (int cell in cells)
                plane[cell] += value;
        }

        return plane;
    }

    /// <summary>Where the largest element of each window stands: the first of equals; the last NaN if there is one.</summary>
    public static int[] Winners<T>(T[] plane, int height, int width, PoolingGeometry geometry) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Windows(height, width, geometry).Select(cells => cells.Aggregate((winner, cell) => plane[cell] > plane[winner] || T.IsNaN(plane[cell]) ? cell : winner))];

    // The cells of each window that lie in the plane, row by row.
    private static IEnumerable<int[]> Windows(int height, int width, PoolingGeometry geometry)
    {
        (int rows, int columns) = geometry.Output(height, width);
        return from i in Enumerable.Range(0, rows)
               from j in Enumerable.Range(0, columns)
               select (from u in Enumerable.Range(i * geometry.Rows.Stride - geometry.Rows.Before, geometry.Rows.Size)
                       from v in Enumerable.Range(j * geometry.Columns.Stride - geometry.Columns.Before, geometry.Columns.Size)
                       where u >= 0 && u < height && v >= 0 && v < width
                       select u * width + v).ToArray();
    }
}
