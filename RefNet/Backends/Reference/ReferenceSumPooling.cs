using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Reference;

/// <summary>
/// Sum pooling by its definition: y_nc(i,j) = sum of x_nc(u,v) over the window of (i,j), which contains the rows
/// u = S i - P + 0 ... K - 1 inside the image, and columns v likewise.
/// </summary>
internal sealed class ReferenceSumPooling<T>(PoolingGeometry geometry) : IPooling<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // y_nc(i,j) = sum_uv x_nc(u,v)

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
                        (int top, int bottom) = PoolingGeometry.Cover(geometry.Rows, i, xs.Rows);
                        (int left, int right) = PoolingGeometry.Cover(geometry.Columns, j, xs.Columns);
                        T sum = T.Zero;
                        for (int u = top; u < bottom; u++)
                            for (int v = left; v < right; v++)
                                sum += xs[n, c, u, v];
                        ys[n, c, i, j] = sum;
                    }
    }

    // dx_nc(u,v) = sum of dy_nc(i,j) over the windows that contain (u,v)

    /// <inheritdoc/>
    public void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        ReadOnlyElements<T> dys = new(dY);
        Elements<T> dxs = new(dX);
        dX.Span.Clear();
        for (int n = 0; n < dys.Samples; n++)
            for (int c = 0; c < dys.Channels; c++)
                for (int i = 0; i < dys.Rows; i++)
                    for (int j = 0; j < dys.Columns; j++)
                    {
                        (int top, int bottom) = PoolingGeometry.Cover(geometry.Rows, i, dxs.Rows);
                        (int left, int right) = PoolingGeometry.Cover(geometry.Columns, j, dxs.Columns);
                        for (int u = top; u < bottom; u++)
                            for (int v = left; v < right; v++)
                                dxs[n, c, u, v] += dys[n, c, i, j];
                    }
    }
}
