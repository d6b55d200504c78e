using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// Operations on channels: copies, products with one factor per channel, and sums over neighbours.
public sealed partial class ReferenceBackend<T>
{
    // to_n,(toFirst + c)(p) = from_n,(fromFirst + c)(p)

    /// <inheritdoc/>
    public void CopyChannels(Tensor<T> from, int fromFirst, Tensor<T> to, int toFirst, int count)
    {
        ReadOnlyElements<T> froms = new(from);
        Elements<T> tos = new(to);
        for (int n = 0; n < tos.Samples; n++)
        {
            for (int c = 0; c < count; c++)
            {
                for (int p = 0; p < tos.Positions; p++)
                    tos[n, toFirst + c, p] = froms[n, fromFirst + c, p];
            }
        }
    }

    // y_nc(p) = w_c x_nc(p), where w is C; y_nc(p) = w_nc x_nc(p), where w is N x C or N x C x 1 x 1

    /// <inheritdoc/>
    public void ScaleChannels(Tensor<T> x, Tensor<T> w, Tensor<T> y)
    {
        ReadOnlyElements<T> xs = new(x);
        Elements<T> ys = new(y);
        for (int n = 0; n < ys.Samples; n++)
        {
            for (int c = 0; c < ys.Channels; c++)
            {
                T factor = w.Shape.Rank == 1 ? w[c] : w.Sample(n)[c];
                for (int p = 0; p < ys.Positions; p++)
                    ys[n, c, p] = factor * xs[n, c, p];
            }
        }
    }

    // dw_c += sum_n sum_p dy_nc(p) x_nc(p), where w is C; dw_nc += sum_p dy_nc(p) x_nc(p), where w is N x C or N x C x 1 x 1

    /// <inheritdoc/>
    public void AddScaleGradient(Tensor<T> dY, Tensor<T> x, Tensor<T> dw)
    {
        ReadOnlyElements<T> dys = new(dY), xs = new(x);
        for (int n = 0; n < dys.Samples; n++)
        {
            for (int c = 0; c < dys.Channels; c++)
            {
                T sum = T.Zero;
                for (int p = 0; p < dys.Positions; p++)
                    sum += dys[n, c, p] * xs[n, c, p];
                if (dw.Shape.Rank == 1)
                    dw[c] += sum;
                else
                    dw.SampleSpan(n)[c] += sum;
            }
        }
    }

    // y_nc(p) = sum_m x_nm(p), m = c - before ... c + after inside 0 ... C - 1

    /// <inheritdoc/>
    public void SumNeighbours(Tensor<T> x, int before, int after, Tensor<T> y)
    {
        ReadOnlyElements<T> xs = new(x);
        Elements<T> ys = new(y);
        for (int n = 0; n < ys.Samples; n++)
        {
            for (int c = 0; c < ys.Channels; c++)
            {
                for (int p = 0; p < ys.Positions; p++)
                {
                    T sum = T.Zero;
                    for (int m = Math.Max(0, c - before); m <= Math.Min(ys.Channels - 1, c + after); m++)
                        sum += xs[n, m, p];
                    ys[n, c, p] = sum;
                }
            }
        }
    }
}
