using RefNet.Tensors;

namespace RefNet.Backends.Simd;

// Steps of optimisers, in runs.
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

    // g + 2 λ θ
    private static ReadOnlySpan<T> Penalised(ReadOnlySpan<T> theta, ReadOnlySpan<T> g, T twoLambda, Span<T> scratch)
    {
        if (twoLambda == T.Zero)
            return g;
        TensorPrimitives.MultiplyAdd(theta, twoLambda, g, scratch);
        return scratch;
    }
}
