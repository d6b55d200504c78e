using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// The matrix product, for dense layers.
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Product(Factor<T> a, Factor<T> b, Tensor<T> c)
    {
        Fill(c, T.Zero);
        AddProduct(a, b, c);
    }

    // c_ij += sum_k a_ik b_kj

    /// <inheritdoc/>
    public void AddProduct(Factor<T> a, Factor<T> b, Tensor<T> c)
    {
        Matrix<T> aik = AsMatrix(a), bkj = AsMatrix(b), cij = c.AsMatrix();
        for (int i = 0; i < cij.Rows; i++)
        {
            for (int j = 0; j < cij.Columns; j++)
            {
                T sum = T.Zero;
                for (int k = 0; k < aik.Columns; k++)
                    sum += aik[i, k] * bkj[k, j];
                cij[i, j] += sum;
            }
        }
    }

    private static Matrix<T> AsMatrix(Factor<T> factor) =>
        factor.IsTransposed ? factor.Tensor.AsReadMatrix().Transposed : factor.Tensor.AsReadMatrix();
}
