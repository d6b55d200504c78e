using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// Batch normalisation: threads share the channels. In the comments σ includes ε.
public sealed partial class SimdBackend<T>
{
    /// <inheritdoc/>
    public void NormalizeBatch(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> y) =>
        ParallelLoop.For(x.Shape[1], (x, gamma, beta, epsilon, mu, sigma2, y), static (c, of) =>
        {
            (of.mu[c], of.sigma2[c]) = Channel.Moments(of.x, c);
            Normalize(c, of.x, of.gamma, of.beta, of.epsilon, of.mu, of.sigma2, of.y);
        });

    /// <inheritdoc/>
    public void Normalize(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> y) =>
        ParallelLoop.For(x.Shape[1], (x, gamma, beta, epsilon, mu, sigma2, y), static (c, of) =>
            Normalize(c, of.x, of.gamma, of.beta, of.epsilon, of.mu, of.sigma2, of.y));

    /// <inheritdoc/>
    public void NormalizeBatchGradient(
        Tensor<T> x, Tensor<T> gamma, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> dY, Tensor<T>? dGamma, Tensor<T>? dBeta, Tensor<T>? dX) =>
        ParallelLoop.For(x.Shape[1], (x, gamma, epsilon, mu, sigma2, dY, dGamma, dBeta, dX), static (c, of) =>
        {
            T sigma = T.Sqrt(of.sigma2[c] + of.epsilon);
            (T dBeta, T dGamma) = AddSums(c, of.x, of.mu[c], sigma, of.dY, of.dGamma, of.dBeta);
            if (of.dX is null)
                return;
            (T m, T scale) = (T.CreateChecked(of.x.Count / of.x.Shape[1]), of.gamma[c] / sigma);
            Channel.Combine(of.dY, of.x, c, of.mu[c], scale, -scale * dGamma / (m * sigma), -scale * dBeta / m, of.dX); // dx = γ/σ dy - γ dγ / (m σ²) (x - μ) - γ dβ / (m σ)
        });

    /// <inheritdoc/>
    public void NormalizeGradient(
        Tensor<T> x, Tensor<T> gamma, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> dY, Tensor<T>? dGamma, Tensor<T>? dBeta, Tensor<T>? dX) =>
        ParallelLoop.For(x.Shape[1], (x, gamma, epsilon, mu, sigma2, dY, dGamma, dBeta, dX), static (c, of) =>
        {
            T sigma = T.Sqrt(of.sigma2[c] + of.epsilon);
            if (of.dGamma is not null || of.dBeta is not null)
                AddSums(c, of.x, of.mu[c], sigma, of.dY, of.dGamma, of.dBeta);
            if (of.dX is not null)
                Channel.Line(of.dY, c, T.Zero, of.gamma[c] / sigma, T.Zero, of.dX); // dx = γ/σ dy
        });

    /// <inheritdoc/>
    public void Average(Tensor<T> a, T s, T f, Tensor<T> b)
    {
        Span<T> averages = a.Span;
        ReadOnlySpan<T> values = b.Values;
        for (int i = 0; i < averages.Length; i++)
            averages[i] += s * (f * values[i] - averages[i]);
    }

    // One channel: y = γ/σ (x - μ) + β
    private static void Normalize(int c, Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T epsilon, Tensor<T> mu, Tensor<T> sigma2, Tensor<T> y) =>
        Channel.Line(x, c, mu[c], gamma[c] / T.Sqrt(sigma2[c] + epsilon), beta[c], y);

    // One channel: Σ dy and Σ dy x̂, which are added to dβ and dγ where these are not null.
    private static (T Sum, T Product) AddSums(int c, Tensor<T> x, T mu, T sigma, Tensor<T> dY, Tensor<T>? dGamma, Tensor<T>? dBeta)
    {
        (T sum, T product) = Channel.Sums(dY, x, c, mu);
        product /= sigma;
        if (dBeta is not null)
            dBeta[c] += sum;
        if (dGamma is not null)
            dGamma[c] += product;
        return (sum, product);
    }
}
