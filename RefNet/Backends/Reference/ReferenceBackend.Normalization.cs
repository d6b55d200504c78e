using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// Batch normalisation, with the letters and the step numbers of the layer BatchNormalization. Sums run over the m = N H W values x_nc(p) of one channel c;
// s = √(σ² + ε).
public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void NormalizeBatch(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> y)
    {
        ReadOnlyElements<T> xs = new(x);
        for (int c = 0; c < xs.Channels; c++)
        {
            mu[c] = Mean(xs, c);
            sigma2[c] = Variance(xs, c, mu[c]);
        }

        Normalize(x, gamma, beta, epsilon, mu, sigma2, y);
    }

    // y_nc(p) = γ_c (x_nc(p) - μ_c) / s_c + β_c

    /// <inheritdoc/>
    public void Normalize(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> y)
    {
        ReadOnlyElements<T> xs = new(x);
        Elements<T> ys = new(y);
        for (int c = 0; c < ys.Channels; c++)
        {
            T s = T.Sqrt(sigma2[c] + epsilon);
            for (int n = 0; n < ys.Samples; n++)
            {
                for (int p = 0; p < ys.Positions; p++)
                    ys[n, c, p] = gamma[c] * (xs[n, c, p] - mu[c]) / s + beta[c];
            }
        }
    }

    // μ and σ² depend on every x of the channel; the layer has the derivation. With x̂ = (x - μ) / s:
    // (1) dβ += Σ dy   (2) dγ += Σ dy x̂   (6) dx = (γ / s) (dy - Σ dy / m - x̂ Σ dy x̂ / m)

    /// <inheritdoc/>
    public void NormalizeBatchGradient(
        Tensor<T> x, Tensor<T> gamma, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> dY, Tensor<T>? dGamma, Tensor<T>? dBeta, Tensor<T>? dX)
    {
        ReadOnlyElements<T> xs = new(x), dys = new(dY);
        T m = T.CreateChecked(xs.Samples * xs.Positions);
        for (int c = 0; c < xs.Channels; c++)
        {
            T s = T.Sqrt(sigma2[c] + epsilon);
            (T sum, T sumHat) = Sums(dys, xs, c, mu[c], s);
            AddSums(c, sum, sumHat, dBeta, dGamma); // (1), (2)
            if (dX is null)
                continue;

            Elements<T> dxs = new(dX);
            for (int n = 0; n < dxs.Samples; n++)
            {
                for (int p = 0; p < dxs.Positions; p++)
                {
                    T xHat = (xs[n, c, p] - mu[c]) / s;
                    dxs[n, c, p] = gamma[c] / s * (dys[n, c, p] - sum / m - xHat * sumHat / m); // (6)
                }
            }
        }
    }

    // μ and s are constants: (1) and (2) as above, (7) dx = (γ / s) dy

    /// <inheritdoc/>
    public void NormalizeGradient(
        Tensor<T> x, Tensor<T> gamma, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> dY, Tensor<T>? dGamma, Tensor<T>? dBeta, Tensor<T>? dX)
    {
        ReadOnlyElements<T> xs = new(x), dys = new(dY);
        for (int c = 0; c < xs.Channels; c++)
        {
            T s = T.Sqrt(sigma2[c] + epsilon);
            (T sum, T sumHat) = Sums(dys, xs, c, mu[c], s);
            AddSums(c, sum, sumHat, dBeta, dGamma); // (1), (2)
            if (dX is null)
                continue;

            Elements<T> dxs = new(dX);
            for (int n = 0; n < dxs.Samples; n++)
            {
                for (int p = 0; p < dxs.Positions; p++)
                    dxs[n, c, p] = gamma[c] / s * dys[n, c, p]; // (7)
            }
        }
    }

    // μ = x_0 + (1/m) Σ (x - x_0), with x_0 the first value of the channel: a channel of equal values has exactly
    // this value as its mean, and a large offset does not cost the sum any digits.
    private static T Mean(ReadOnlyElements<T> x, int c)
    {
        T sum = T.Zero;
        for (int n = 0; n < x.Samples; n++)
        {
            for (int p = 0; p < x.Positions; p++)
                sum += x[n, c, p] - x[0, c, 0];
        }

        return x[0, c, 0] + sum / T.CreateChecked(x.Samples * x.Positions);
    }

    // σ² = (1/m) Σ (x - μ)²
    private static T Variance(ReadOnlyElements<T> x, int c, T mu)
    {
        T sum = T.Zero;
        for (int n = 0; n < x.Samples; n++)
        {
            for (int p = 0; p < x.Positions; p++)
                sum += (x[n, c, p] - mu) * (x[n, c, p] - mu);
        }

        return sum / T.CreateChecked(x.Samples * x.Positions);
    }

    // Σ dy and Σ dy x̂
    private static (T Sum, T SumHat) Sums(ReadOnlyElements<T> dY, ReadOnlyElements<T> x, int c, T mu, T s)
    {
        T sum = T.Zero, sumHat = T.Zero;
        for (int n = 0; n < x.Samples; n++)
        {
            for (int p = 0; p < x.Positions; p++)
            {
                T xHat = (x[n, c, p] - mu) / s;
                sum += dY[n, c, p];
                sumHat += dY[n, c, p] * xHat;
            }
        }

        return (sum, sumHat);
    }

    private static void AddSums(int c, T sum, T sumHat, Tensor<T>? dBeta, Tensor<T>? dGamma)
    {
        if (dBeta is not null)
            dBeta[c] += sum;
        if (dGamma is not null)
            dGamma[c] += sumHat;
    }
}
