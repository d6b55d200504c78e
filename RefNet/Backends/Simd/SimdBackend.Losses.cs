using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// Losses and error counts at the end of a network. Each position of a map is gathered into a vector of classes.
public sealed partial class SimdBackend<T>
{
    /// <inheritdoc/>
    public T SoftmaxCrossEntropy(Tensor<T> y, Tensor<T> target, T total, Tensor<T> dY)
    {
        T loss = T.Zero;
        ParallelLoop.Sum(y.Shape[0], new Span<T>(ref loss), (y, target, dY, share: T.One / total), static (n, loss, of) =>
        {
            int pixels = Pixels(of.y);
            ReadOnlySpan<T> yn = of.y.Sample(n), tn = of.target.Sample(n);
            Span<T> dyn = of.dY.SampleSpan(n);
            if (pixels == 1)
            {
                loss[0] += OfPosition(yn, tn, dyn, of.share);
                return;
            }

            int classes = of.y.Shape[1];
            using Scratch<T> scratch = new(3 * classes);
            Span<T> yp = scratch.Span[..classes], tp = scratch.Span[classes..(2 * classes)], dyp = scratch.Span[(2 * classes)..];
            for (int p = 0; p < pixels; p++)
            {
                for (int c = 0; c < classes; c++)
                    (yp[c], tp[c]) = (yn[c * pixels + p], tn[c * pixels + p]);
                loss[0] += OfPosition(yp, tp, dyp, of.share);
                for (int c = 0; c < classes; c++)
                    dyn[c * pixels + p] = dyp[c];
            }
        });
        return loss / total;
    }

    // The loss of one position, and its gradient.
    private static T OfPosition(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> dY, T share)
    {
        T weight = TensorPrimitives.Sum(t);
        if (weight == T.Zero)
        {
            dY.Clear();
            return T.Zero;
        }

        T logZ = LogSumExp.Compute(y, T.NegativeInfinity, dY);
        if (weight != T.One)
            TensorPrimitives.Multiply(dY, weight, dY);
        TensorPrimitives.Subtract(dY, t, dY);     // p sum_k t_k - t
        TensorPrimitives.Multiply(dY, share, dY); // times 1/M
        return weight * logZ - WeightedSum(t, y); // sum of t_c (log Z - y_c)
    }

    // A loop, because TensorPrimitives.IndexOfMax carries indices as if they were floats: on a thread on which a native library
    // has set the processor to flush tiny numbers to zero, it finds wrong ones.

    /// <inheritdoc/>
    public int CountErrors(Tensor<T> y, Tensor<T> target, bool smallestWins)
    {
        int errors = 0, pixels = Pixels(y);
        for (int n = 0; n < y.Shape[0]; n++)
        {
            ReadOnlySpan<T> yn = y.Sample(n), tn = target.Sample(n);
            for (int p = 0; p < pixels; p++)
            {
                int decision = p, right = p;
                for (int i = p + pixels; i < yn.Length; i += pixels)
                {
                    if (smallestWins ? yn[i] < yn[decision] : yn[i] > yn[decision])
                        decision = i;
                    if (tn[i] > tn[right])
                        right = i;
                }

                if (decision != right && tn[right] > T.Zero)
                    errors++;
            }
        }

        return errors;
    }

    // The sum of t_c y_c. A class of target 0 adds nothing, even if its logit is minus infinity.
    private static T WeightedSum(ReadOnlySpan<T> t, ReadOnlySpan<T> y)
    {
        T sum = TensorPrimitives.Dot(t, y);
        if (T.IsFinite(sum))
            return sum;
        sum = T.Zero;
        for (int c = 0; c < t.Length; c++)
        {
            if (t[c] != T.Zero)
                sum += t[c] * y[c];
        }

        return sum;
    }
}
