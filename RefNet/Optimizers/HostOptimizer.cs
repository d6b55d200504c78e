using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Layers;

namespace RefNet.Optimizers;

/// <summary>An optimiser that computes on the host, element by element: threads share the runs of a parameter.</summary>
/// <param name="parameters">The parameters to change.</param>
/// <param name="learningRate">η, above 0.</param>
/// <param name="weightDecay">λ, 0 (no decay) or more.</param>
public abstract class HostOptimizer<T>(IReadOnlyList<Parameter<T>> parameters, double learningRate, double weightDecay = 0)
    : Optimizer<T>(parameters, learningRate, weightDecay) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected sealed override void Step(Parameter<T> theta, int p) =>
        ParallelLoop.For(Runs.Count(theta.Value), (optimizer: this, theta, p), static (run, of) => of.optimizer.Change(of.theta, of.p, run));

    /// <summary>Changes some elements of one parameter; called from several threads at once, for different elements.</summary>
    /// <param name="theta">The elements.</param>
    /// <param name="g">
    /// The gradient of the loss with its penalty: g + 2 λ W for a weight, g for everything else. It is valid during the call.
    /// </param>
    /// <param name="p">The index of the parameter in <see cref="Optimizer{T}.Parameters"/>.</param>
    /// <param name="run">The range of these elements in the parameter.</param>
    protected abstract void Change(Span<T> theta, ReadOnlySpan<T> g, int p, Range run);

    /// <summary>A running average: a ← ρ a + (1 - ρ) b.</summary>
    protected static void Average(Span<T> a, T rho, ReadOnlySpan<T> b)
    {
        TensorPrimitives.Multiply(a, rho, a);
        TensorPrimitives.MultiplyAdd(b, T.One - rho, a, a);
    }

    private void Change(Parameter<T> theta, int p, int run)
    {
        Range elements = Runs.Range(theta.Value, run);
        ReadOnlySpan<T> g = theta.Gradient.Values[elements];
        T twoLambda = DecayOf(theta);
        if (twoLambda == T.Zero)
        {
            Change(theta.Value.Span[elements], g, p, elements);
            return;
        }

        using Scratch<T> penalised = new(g.Length);
        TensorPrimitives.MultiplyAdd(theta.Value.Values[elements], twoLambda, g, penalised.Span); // g + 2 λ W
        Change(theta.Value.Span[elements], penalised.Span, p, elements);
    }
}
