using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// Softmax over the channels, at each position p of each sample n.
public sealed partial class ReferenceBackend<T>
{
    // y_c = exp(x_c - m) / sum_k exp(x_k - m), with m the largest x_k: m cancels, and exp cannot overflow

    /// <inheritdoc/>
    public void Softmax(Tensor<T> x, Tensor<T> y)
    {
        ReadOnlyElements<T> xs = new(x);
        Elements<T> ys = new(y);
        for (int n = 0; n < ys.Samples; n++)
        {
            for (int p = 0; p < ys.Positions; p++)
            {
                T m = xs[n, 0, p];
                for (int k = 1; k < ys.Channels; k++)
                    m = T.Max(m, xs[n, k, p]);

                T sum = T.Zero;
                for (int k = 0; k < ys.Channels; k++)
                    sum += T.Exp(xs[n, k, p] - m);

                for (int c = 0; c < ys.Channels; c++)
                    ys[n, c, p] = T.Exp(xs[n, c, p] - m) / sum;
            }
        }
    }

    // dx_c = y_c (dy_c - sum_k dy_k y_k)

    /// <inheritdoc/>
    public void SoftmaxGradient(Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        ReadOnlyElements<T> ys = new(y), dys = new(dY);
        Elements<T> dxs = new(dX);
        for (int n = 0; n < dxs.Samples; n++)
        {
            for (int p = 0; p < dxs.Positions; p++)
            {
                T sum = T.Zero;
                for (int k = 0; k < dxs.Channels; k++)
                    sum += dys[n, k, p] * ys[n, k, p];

                for (int c = 0; c < dxs.Channels; c++)
                    dxs[n, c, p] = ys[n, c, p] * (dys[n, c, p] - sum);
            }
        }
    }
}
