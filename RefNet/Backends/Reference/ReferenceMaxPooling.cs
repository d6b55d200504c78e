using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Reference;

/// <summary>
/// Max pooling by its definition: y_nc(i,j) is the largest x_nc(u,v) of the window of (i,j), which contains the rows
/// u = S i - P + 0 ... K - 1 inside the image, and columns v likewise.
/// </summary>
internal sealed class ReferenceMaxPooling<T>(PoolingGeometry geometry) : IPooling<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // y_nc(i,j) = x_nc(u,v), where (u,v) wins the window of (i,j)

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> y)
    {
        ReadOnlyElements<T> xs = new(x);
        Elements<T> ys = new(y);
        for (int n = 0; n < ys.Samples; n++)
            for (int c = 0; c < ys.Channels; c++)
                for (int i = 0; i < ys.Rows; i++)
                    for (int j = 0; j < ys.Columns; j++)
                    {
                        (int u, int v) = Winner(xs, n, c, i, j);
                        ys[n, c, i, j] = xs[n, c, u, v];
                    }
    }

    // dx_nc(u,v) = sum of dy_nc(i,j) over the windows that (u,v) wins

    /// <inheritdoc/>
    public void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        ReadOnlyElements<T> xs = new(x), dys = new(dY);
        Elements<T> dxs = new(dX);
        dX.Span.Clear();
        for (int n = 0; n < dys.Samples; n++)
            for (int c = 0; c < dys.Channels; c++)
                for (int i = 0; i < dys.Rows; i++)
                    for (int j = 0; j < dys.Columns; j++)
                    {
                        (int u, int v) = Winner(xs, n, c, i, j);
                        dxs[n, c, u, v] += dys[n, c, i, j];
                    }
    }

    // The first of the largest cells in row-major order, or the last NaN. It starts from a cell of the window, not from
    // minus infinity: a window of minus infinities has a winner, too.
    private (int U, int V) Winner(ReadOnlyElements<T> x, int n, int c, int i, int j)
    {
        (int top, int bottom) = PoolingGeometry.Cover(geometry.Rows, i, x.Rows);
        (int left, int right) = PoolingGeometry.Cover(geometry.Columns, j, x.Columns);
        (int u, int v) winner = (top, left);
        for (int u = top; u < bottom; u++)
            for (int v = left; v < right; v++)
            {
                if (x[n, c, u, v] > x[n, c, winner.u, winner.v] || T.IsNaN(x[n, c, u, v]))
                    winner = (u, v);
            }

        return winner;
    }
}
