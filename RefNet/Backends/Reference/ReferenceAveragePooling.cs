using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Reference;

/// <summary>
/// Average pooling by its definition: y_nc(i,j) = (1/m) sum of x_nc(u,v) over the window of (i,j), where m counts the cells
/// of the window inside the image, or those of its padding as well.
/// </summary>
internal sealed class ReferenceAveragePooling<T>(PoolingGeometry geometry, bool countPadding) : IPooling<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceSumPooling<T> sums = new(geometry);

    // y_nc(i,j) = (sum_uv x_nc(u,v)) / m(i,j)

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> y)
    {
        sums.Forward(x, y);
        DivideByCounts(y, x.Shape);
    }

    // dx_nc(u,v) = sum of dy_nc(i,j) / m(i,j) over the windows that contain (u,v)

    /// <inheritdoc/>
    public void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        Tensor<T> shares = dY.Clone();
        DivideByCounts(shares, dX.Shape);
        sums.Backward(x, y, shares, dX);
    }

    private void DivideByCounts(Tensor<T> y, Shape image)
    {
        Elements<T> ys = new(y);
        for (int n = 0; n < ys.Samples; n++)
            for (int c = 0; c < ys.Channels; c++)
                for (int i = 0; i < ys.Rows; i++)
                    for (int j = 0; j < ys.Columns; j++)
                    {
                        int m = PoolingGeometry.Count(geometry.Rows, i, image[2], countPadding) * PoolingGeometry.Count(geometry.Columns, j, image[3], countPadding);
                        ys[n, c, i, j] /= T.CreateChecked(m);
                    }
    }
}
