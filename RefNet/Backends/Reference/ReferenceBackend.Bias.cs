using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// Biases: one number per channel, added to it.
public sealed partial class ReferenceBackend<T>
{
    // y_nc(p) += b_c

    /// <inheritdoc/>
    public void AddBias(Tensor<T> b, Tensor<T> y)
    {
        Elements<T> ys = new(y);
        for (int n = 0; n < ys.Samples; n++)
        {
            for (int c = 0; c < ys.Channels; c++)
            {
                for (int p = 0; p < ys.Positions; p++)
                    ys[n, c, p] += b[c];
            }
        }
    }

    // db_c += sum_n sum_p dy_nc(p)

    /// <inheritdoc/>
    public void AddBiasGradient(Tensor<T> dY, Tensor<T> db)
    {
        ReadOnlyElements<T> dys = new(dY);
        for (int c = 0; c < dys.Channels; c++)
        {
            T sum = T.Zero;
            for (int n = 0; n < dys.Samples; n++)
            {
                for (int p = 0; p < dys.Positions; p++)
                    sum += dys[n, c, p];
            }

            db[c] += sum;
        }
    }
}
