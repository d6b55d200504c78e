using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// Squared distances from inputs to centres, for radial basis functions: x is N x D, the centres w are C x D.
public sealed partial class ReferenceBackend<T>
{
    // y_ni = sum_j (x_nj - w_ij)²

    /// <inheritdoc/>
    public void SquaredDistances(Tensor<T> x, Tensor<T> w, Tensor<T> y)
    {
        Matrix<T> xs = x.AsReadMatrix(), ws = w.AsReadMatrix(), ys = y.AsMatrix();
        for (int n = 0; n < ys.Rows; n++)
        {
            for (int i = 0; i < ys.Columns; i++)
            {
                T sum = T.Zero;
                for (int j = 0; j < xs.Columns; j++)
                    sum += (xs[n, j] - ws[i, j]) * (xs[n, j] - ws[i, j]);
                ys[n, i] = sum;
            }
        }
    }

    // dx_nj = sum_i dy_ni 2 (x_nj - w_ij)

    /// <inheritdoc/>
    public void SquaredDistancesGradient(Tensor<T> x, Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        T two = T.One + T.One;
        Matrix<T> xs = x.AsReadMatrix(), ws = w.AsReadMatrix(), dys = dY.AsReadMatrix(), dxs = dX.AsMatrix();
        for (int n = 0; n < dxs.Rows; n++)
        {
            for (int j = 0; j < dxs.Columns; j++)
            {
                T sum = T.Zero;
                for (int i = 0; i < dys.Columns; i++)
                    sum += dys[n, i] * two * (xs[n, j] - ws[i, j]);
                dxs[n, j] = sum;
            }
        }
    }
}
