using RefNet.Tensors;

namespace RefNet.Backends.Simd;

public sealed partial class SimdBackend<T>
{
    /// <inheritdoc/>
    public T SoftmaxCrossEntropy(Tensor<T> y, Tensor<T> target, Tensor<T> dY)
    {
        int samples = CountSamples(target);
        T loss = T.Zero, share = T.One / T.CreateChecked(samples);
        ParallelLoop.Sum(y.Shape[0], new Span<T>(ref loss), (y, target, dY, share), static (n, loss, of) =>
        {
            ReadOnlySpan<T> yn = of.y.Sample(n), tn = of.target.Sample(n);
            Span<T> dyn = of.dY.SampleSpan(n);
            if (!Counts(tn))
            {
                dyn.Clear();
                return;
            }

            loss[0] += LogSumExp.Compute(yn, T.NegativeInfinity, dyn) - WeightedSum(tn, yn); // log Z - sum of t_c y_c
            TensorPrimitives.Subtract(dyn, tn, dyn);                                         // p - t
            TensorPrimitives.Multiply(dyn, of.share, dyn);                                   // times 1/N
        });
        return samples == 0 ? T.Zero : loss / T.CreateChecked(samples);
    }

    // A loop, because TensorPrimitives.IndexOfMax carries indices as if they were floats: on a thread on which a native library
    // has set the processor to flush tiny numbers to zero, it finds wrong ones.

    /// <inheritdoc/>
    public int CountErrors(Tensor<T> y, Tensor<T> target, bool smallestWins)
    {
        int errors = 0;
        for (int n = 0; n < y.Shape[0]; n++)
        {
            ReadOnlySpan<T> yn = y.Sample(n), tn = target.Sample(n);
            int decision = 0, right = 0;
            for (int c = 1; c < yn.Length; c++)
            {
                if (smallestWins ? yn[c] < yn[decision] : yn[c] > yn[decision])
                    decision = c;
                if (tn[c] > tn[right])
                    right = c;
            }

            if (decision != right && Counts(tn))
                errors++;
        }

        return errors;
    }

    // Whether a sample has a target.
    private static bool Counts(ReadOnlySpan<T> t) => TensorPrimitives.SumOfMagnitudes(t) != T.Zero;

    private static int CountSamples(Tensor<T> target)
    {
        int samples = 0;
        for (int n = 0; n < target.Shape[0]; n++)
            samples += Counts(target.Sample(n)) ? 1 : 0;
        return samples;
    }

    // The sum of t_c y_c. A class of target 0 takes no part, even if its logit is minus infinity.
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
