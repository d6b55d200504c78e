using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// Softmax and cross-entropy in one, and the count of errors, at each position p of each sample n.
public sealed partial class ReferenceBackend<T>
{
    // p_c = exp(y_c) / Z with Z = sum_k exp(y_k). With m the largest y_k and S = sum_k exp(y_k - m), Z = exp(m) S, so that
    // exp cannot overflow and the logarithm is never taken of a rounded p:
    // (1) log p_c = y_c - log Z = (y_c - m) - log S
    // (2) L = (1/M) sum_n sum_p sum_c -t_c log p_c; a t of 0 adds nothing, not even where log p is minus infinity
    // (3) dy_c = (p_c sum_k t_k - t_c) / M

    /// <inheritdoc/>
    public T SoftmaxCrossEntropy(Tensor<T> y, Tensor<T> target, T total, Tensor<T> dY)
    {
        ReadOnlyElements<T> ys = new(y), ts = new(target);
        Elements<T> dys = new(dY);
        T loss = T.Zero;
        dY.Span.Clear();
        for (int n = 0; n < ys.Samples; n++)
        {
            for (int p = 0; p < ys.Positions; p++)
            {
                T weight = T.Zero;
                for (int k = 0; k < ys.Channels; k++)
                    weight += ts[n, k, p];
                if (weight == T.Zero)
                    continue;

                T m = ys[n, 0, p];
                for (int k = 1; k < ys.Channels; k++)
                    m = T.Max(m, ys[n, k, p]);

                T s = T.Zero;
                for (int k = 0; k < ys.Channels; k++)
                    s += T.Exp(ys[n, k, p] - m);

                for (int c = 0; c < ys.Channels; c++)
                {
                    if (ts[n, c, p] != T.Zero)
                        loss -= ts[n, c, p] * (ys[n, c, p] - m - T.Log(s));                             // (1), (2)
                    dys[n, c, p] = (T.Exp(ys[n, c, p] - m) / s * weight - ts[n, c, p]) / total;         // (3)
                }
            }
        }

        return loss / total;
    }

    /// <inheritdoc/>
    public int CountErrors(Tensor<T> y, Tensor<T> target, bool smallestWins)
    {
        ReadOnlyElements<T> ys = new(y), ts = new(target);
        int errors = 0;
        for (int n = 0; n < ys.Samples; n++)
        {
            for (int p = 0; p < ys.Positions; p++)
            {
                int predicted = 0, right = 0;
                for (int c = 1; c < ys.Channels; c++)
                {
                    if (smallestWins ? ys[n, c, p] < ys[n, predicted, p] : ys[n, c, p] > ys[n, predicted, p])
                        predicted = c;
                    if (ts[n, c, p] > ts[n, right, p])
                        right = c;
                }

                if (predicted != right && ts[n, right, p] > T.Zero)
                    errors++;
            }
        }

        return errors;
    }
}
