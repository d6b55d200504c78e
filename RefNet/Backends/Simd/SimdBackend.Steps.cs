using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// Update steps of optimisers, in runs.
public sealed partial class SimdBackend<T>
{
    /// <inheritdoc/>
    public void DescentStep(Tensor<T> theta, Tensor<T> g, T eta, T twoLambda) =>
        ParallelLoop.For(Runs.Count(theta), (theta, g, eta, twoLambda), static (run, of) =>
        {
            Span<T> theta = of.theta.RunSpan(run);
            using Scratch<T> scratch = new(theta.Length);
            ReadOnlySpan<T> g = Penalised(theta, of.g.Run(run), of.twoLambda, scratch.Span);
            TensorPrimitives.MultiplyAdd(g, -of.eta, theta, theta); // θ = θ - η g
        });

    /// <inheritdoc/>
    public void MomentumStep(Tensor<T> theta, Tensor<T> g, Tensor<T> v, T mu, T eta, T twoLambda) =>
        ParallelLoop.For(Runs.Count(theta), (theta, g, v, mu, eta, twoLambda), static (run, of) =>
        {
            Span<T> theta = of.theta.RunSpan(run), v = of.v.RunSpan(run);
            using Scratch<T> scratch = new(theta.Length);
            ReadOnlySpan<T> g = Penalised(theta, of.g.Run(run), of.twoLambda, scratch.Span);
            TensorPrimitives.MultiplyAdd(v, of.mu, g, v);           // v = μ v + g
            TensorPrimitives.MultiplyAdd(v, -of.eta, theta, theta); // θ = θ - η v
        });

    /// <inheritdoc/>
    public void NesterovStep(Tensor<T> theta, Tensor<T> g, Tensor<T> v, T mu, T eta, T twoLambda) =>
        ParallelLoop.For(Runs.Count(theta), (theta, g, v, mu, eta, twoLambda), static (run, of) =>
        {
            Span<T> theta = of.theta.RunSpan(run), v = of.v.RunSpan(run);
            using Scratch<T> scratch = new(theta.Length);
            ReadOnlySpan<T> h = Penalised(theta, of.g.Run(run), of.twoLambda, scratch.Span);
            TensorPrimitives.MultiplyAdd(v, of.mu, h, v);                   // v = μ v + h
            TensorPrimitives.MultiplyAdd(h, -of.eta, theta, theta);         // θ = θ - η h
            TensorPrimitives.MultiplyAdd(v, -of.eta * of.mu, theta, theta); //       - η μ v
        });

    /// <inheritdoc/>
    public void AdamStep(Tensor<T> theta, Tensor<T> g, Tensor<T> m, Tensor<T> v, AdamFactors<T> factors, T twoLambda) =>
        ParallelLoop.For(Runs.Count(theta), (theta, g, m, v, factors, twoLambda), static (run, of) =>
        {
            (T beta1, T beta2, T eta, T r, T delta) = of.factors;
            Span<T> theta = of.theta.RunSpan(run), m = of.m.RunSpan(run), v = of.v.RunSpan(run);
            using Scratch<T> penalised = new(theta.Length), scratch = new(theta.Length);
            ReadOnlySpan<T> h = Penalised(theta, of.g.Run(run), of.twoLambda, penalised.Span);
            Span<T> step = scratch.Span;
            Average(m, beta1, h);                                   // m = β₁ m + (1 - β₁) h
            TensorPrimitives.Multiply(h, h, step);
            Average(v, beta2, step);                                // v = β₂ v + (1 - β₂) h²
            TensorPrimitives.Sqrt(v, step);
            TensorPrimitives.Divide(step, r, step);
            TensorPrimitives.Add(step, delta, step);                // √v / r + δ
            TensorPrimitives.Divide(m, step, step);
            TensorPrimitives.MultiplyAdd(step, -eta, theta, theta); // θ = θ - η m / (√v / r + δ)
        });

    // a = β a + (1 - β) b
    private static void Average(Span<T> a, T beta, ReadOnlySpan<T> b)
    {
        TensorPrimitives.Multiply(a, beta, a);
        TensorPrimitives.MultiplyAdd(b, T.One - beta, a, a);
    }

    // g + 2 λ θ
    private static ReadOnlySpan<T> Penalised(ReadOnlySpan<T> theta, ReadOnlySpan<T> g, T twoLambda, Span<T> scratch)
    {
        if (twoLambda == T.Zero)
            return g;
        TensorPrimitives.MultiplyAdd(theta, twoLambda, g, scratch);
        return scratch;
    }
}
