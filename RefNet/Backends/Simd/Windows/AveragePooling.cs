using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>Means of windows: sums times the reciprocal number of cells.</summary>
internal sealed class AveragePooling<T>(PoolingGeometry geometry, bool countPadding) : IPooling<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[] reciprocalCounts = [];
    private (int Height, int Width) countedSize;

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> y)
    {
        CountCells(x.Shape[2], x.Shape[3]);
        ParallelLoop.For(x.Shape[0], (geometry, reciprocalCounts, x, y), static (n, of) =>
        {
            using WindowSums<T> windows = new(of.geometry, of.x.Shape[2], of.x.Shape[3]);
            windows.Mean(of.x.Sample(n), of.reciprocalCounts, of.y.SampleSpan(n));
        });
    }

    /// <inheritdoc/>
    public void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        CountCells(dX.Shape[2], dX.Shape[3]);
        ParallelLoop.For(dY.Shape[0], (geometry, reciprocalCounts, dY, dX), static (n, of) =>
        {
            using WindowSums<T> windows = new(of.geometry, of.dX.Shape[2], of.dX.Shape[3]);
            windows.SpreadMean(of.dY.Sample(n), of.reciprocalCounts, of.dX.SampleSpan(n));
        });
    }

    // 1/m for each window: windows at the border may have fewer cells. The counts depend on the size of the input:
    // two sizes can give the same number of windows.
    private void CountCells(int height, int width)
    {
        if (countedSize == (height, width))
            return;
        countedSize = (height, width);
        (int rows, int columns) = geometry.Output(height, width);
        reciprocalCounts = new T[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                int cells = PoolingGeometry.Count(geometry.Rows, i, height, countPadding) * PoolingGeometry.Count(geometry.Columns, j, width, countPadding);
                reciprocalCounts[i * columns + j] = T.One / T.CreateChecked(cells);
            }
        }
    }
}
