using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// Softmax and cross-entropy in one, and the count of wrong decisions.
public sealed partial class ReferenceBackend<T>
{
    // p_c = exp(y_c) / Z with Z = sum_k exp(y_k). With m the largest y_k and S = sum_k exp(y_k - m), Z = exp(m) S, so that
    // exp cannot overflow and the logarithm is never taken of a rounded p:
    // (1) log p_c = y_c - log Z = (y_c - m) - log S
    // (2) L = (1/N) sum_n -sum_c t_c log p_c; a t of 0 adds nothing, not even where log p is minus infinity
    // (3) dy_c = (p_c - t_c) / N
    // N counts the samples with a target; the others have neither loss nor gradient.

    /// <inheritdoc/>
    public T SoftmaxCrossEntropy(Tensor<T> y, Tensor<T> target, Tensor<T> dY)
    {
        Matrix<T> ys = y.AsReadMatrix(), ts = target.AsReadMatrix(), dys = dY.AsMatrix();
        T samples = T.CreateChecked(CountSamples(ts)), loss = T.Zero;
        dY.Span.Clear();
        for (int n = 0; n < ys.Rows; n++)
        {
            if (!Counts(ts, n))
                continue;

            T m = ys[n, 0];
            for (int k = 1; k < ys.Columns; k++)
                m = T.Max(m, ys[n, k]);

            T s = T.Zero;
            for (int k = 0; k < ys.Columns; k++)
                s += T.Exp(ys[n, k] - m);

            for (int c = 0; c < ys.Columns; c++)
            {
                if (ts[n, c] != T.Zero)
                    loss -= ts[n, c] * (ys[n, c] - m - T.Log(s));           // (1), (2)
                dys[n, c] = (T.Exp(ys[n, c] - m) / s - ts[n, c]) / samples; // (3)
            }
        }

        return samples == T.Zero ? T.Zero : loss / samples;
    }

    /// <inheritdoc/>
    public int CountErrors(Tensor<T> y, Tensor<T> target, bool smallestWins)
    {
        Matrix<T> ys = y.AsReadMatrix(), ts = target.AsReadMatrix();
        int errors = 0;
        for (int n = 0; n < ys.Rows; n++)
        {
            int predicted = 0, right = 0;
            for (int c = 1; c < ys.Columns; c++)
            {
                if (smallestWins ? ys[n, c] < ys[n, predicted] : ys[n, c] > ys[n, predicted])
                    predicted = c;
                if (ts[n, c] > ts[n, right])
                    right = c;
            }

            if (predicted != right && Counts(ts, n))
                errors++;
        }

        return errors;
    }

    // Whether sample n has a target.
    private static bool Counts(Matrix<T> target, int n)
    {
        for (int c = 0; c < target.Columns; c++)
        {
            if (target[n, c] != T.Zero)
                return true;
        }

        return false;
    }

    private static int CountSamples(Matrix<T> target)
    {
        int samples = 0;
        for (int n = 0; n < target.Rows; n++)
            samples += Counts(target, n) ? 1 : 0;
        return samples;
    }
}
