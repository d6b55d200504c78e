using RefNet.Tensors;

namespace RefNet.Backends.Reference;

// The steps of optimisers.
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
}
