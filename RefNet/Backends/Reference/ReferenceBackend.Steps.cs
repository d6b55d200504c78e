using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// The update steps of optimisers.
public sealed partial class ReferenceBackend<T>
{
    // θ = θ - η (g + 2 λ θ)

    /// <inheritdoc/>
    public void DescentStep(Tensor<T> theta, Tensor<T> g, T eta, T twoLambda)
    {
        Span<T> thetas = theta.Span;
        ReadOnlySpan<T> gs = g.Values;
        for (int i = 0; i < thetas.Length; i++)
            thetas[i] -= eta * (gs[i] + twoLambda * thetas[i]);
    }

    // v = μ v + (g + 2 λ θ), then θ = θ - η v

    /// <inheritdoc/>
    public void MomentumStep(Tensor<T> theta, Tensor<T> g, Tensor<T> v, T mu, T eta, T twoLambda)
    {
        Span<T> thetas = theta.Span, vs = v.Span;
        ReadOnlySpan<T> gs = g.Values;
        for (int i = 0; i < thetas.Length; i++)
        {
            vs[i] = mu * vs[i] + (gs[i] + twoLambda * thetas[i]);
            thetas[i] -= eta * vs[i];
        }
    }

    // h = g + 2 λ θ, v = μ v + h, then θ = θ - η (h + μ v)

    /// <inheritdoc/>
    public void NesterovStep(Tensor<T> theta, Tensor<T> g, Tensor<T> v, T mu, T eta, T twoLambda)
    {
        Span<T> thetas = theta.Span, vs = v.Span;
        ReadOnlySpan<T> gs = g.Values;
        for (int i = 0; i < thetas.Length; i++)
        {
            T h = gs[i] + twoLambda * thetas[i];
            vs[i] = mu * vs[i] + h;
            thetas[i] -= eta * (h + mu * vs[i]);
        }
    }

    // h = g + 2 λ θ, m = β₁ m + (1 - β₁) h, v = β₂ v + (1 - β₂) h², then θ = θ - η m / (√v / r + δ)

    /// <inheritdoc/>
    public void AdamStep(Tensor<T> theta, Tensor<T> g, Tensor<T> m, Tensor<T> v, AdamFactors<T> factors, T twoLambda)
    {
        (T beta1, T beta2, T eta, T r, T delta) = factors;
        Span<T> thetas = theta.Span, ms = m.Span, vs = v.Span;
        ReadOnlySpan<T> gs = g.Values;
        for (int i = 0; i < thetas.Length; i++)
        {
            T h = gs[i] + twoLambda * thetas[i];
            ms[i] = beta1 * ms[i] + (T.One - beta1) * h;
            vs[i] = beta2 * vs[i] + (T.One - beta2) * h * h;
            thetas[i] -= eta * ms[i] / (T.Sqrt(vs[i]) / r + delta);
        }
    }
}
