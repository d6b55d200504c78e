using System.Numerics;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>Changes parameters so that the loss falls, one step for each batch of gradients.</summary>
/// <remarks>
/// Weight decay λ adds the L2 penalty λ Σ W² over all weights to the loss, and so 2 λ W to their gradients (X30: the
/// lectures' form, without 1/2; PyTorch's weight_decay is our 2 λ). Biases, γ and β are left out. The penalty itself is not in
/// the loss that training shows; <see cref="RefNet.Regularizers.L2Regularizer{T}"/>, which takes the same steps, gives it too.
/// </remarks>
public abstract class Optimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T twoLambda;

    /// <summary>Takes charge of parameters.</summary>
    /// <param name="parameters">What to change.</param>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="weightDecay">λ, 0 (no decay) or more.</param>
    protected Optimizer(IReadOnlyList<Parameter<T>> parameters, double learningRate, double weightDecay = 0)
    {
        if (!(weightDecay >= 0 && double.IsFinite(weightDecay)))
            throw new ArgumentOutOfRangeException(nameof(weightDecay), weightDecay, "Weight decay must be a finite number, 0 or more.");
        Parameters = parameters;
        LearningRate = learningRate;
        twoLambda = T.CreateChecked(2 * weightDecay);
    }

    /// <summary>The parameters that this optimiser changes.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>How far a step goes, above 0; a schedule sets it from epoch to epoch.</summary>
    public double LearningRate
    {
        get;
        set => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A learning rate must be a finite number above 0.");
    }

    /// <summary>What the optimiser remembers from step to step (velocities ...), by name: saved so that a run can resume.</summary>
    public virtual IReadOnlyList<KeyValuePair<string, Tensor<T>>> State => [];

    /// <summary>Changes every parameter by its gradient, which stays as it is.</summary>
    public virtual void Step()
    {
        for (int p = 0; p < Parameters.Count; p++)
            ParallelLoop.For(Runs.Count(Parameters[p].Value), (optimizer: this, p), static (run, of) => of.optimizer.ChangeRun(of.p, run));
    }

    /// <summary>Changes some elements of one parameter; called from several threads at once, for other elements.</summary>
    /// <param name="theta">The elements.</param>
    /// <param name="g">
    /// The gradient of the loss with its penalty: g + 2 λ W for a weight, g for everything else. It holds during the call.
    /// </param>
    /// <param name="p">The place of the parameter in <see cref="Parameters"/>.</param>
    /// <param name="run">Which of its elements they are.</param>
    protected abstract void Change(Span<T> theta, ReadOnlySpan<T> g, int p, Range run);

    /// <summary>A tensor of zeros for each parameter, in its shape: what an optimiser remembers.</summary>
    protected Tensor<T>[] Zeros() => [.. Parameters.Select(parameter => new Tensor<T>(parameter.Value.Shape))];

    /// <summary>The name of each parameter with a suffix, and what is remembered of it: an entry of <see cref="State"/> each.</summary>
    protected IEnumerable<KeyValuePair<string, Tensor<T>>> Named(string suffix, Tensor<T>[] tensors) =>
        Parameters.Zip(tensors, (parameter, tensor) => KeyValuePair.Create($"{parameter.Name}.{suffix}", tensor));

    /// <summary>A running average: a ← ρ a + (1 - ρ) b.</summary>
    protected static void Average(Span<T> a, T rho, ReadOnlySpan<T> b)
    {
        TensorPrimitives.Multiply(a, rho, a);
        TensorPrimitives.MultiplyAdd(b, T.One - rho, a, a);
    }

    /// <summary>A setting that must be at least 0 and below 1: how much is kept of what was.</summary>
    protected static T Share(double value, string name) => value is >= 0 and < 1
        ? T.CreateChecked(value)
        : throw new ArgumentOutOfRangeException(name, value, "Expected a number of at least 0 and below 1.");

    /// <summary>A setting that must be above 0 and finite: what keeps a denominator from being 0.</summary>
    protected static T Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? T.CreateChecked(value)
        : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number above 0.");

    private void ChangeRun(int p, int run)
    {
        Span<T> theta = Parameters[p].Value.Run(run);
        ReadOnlySpan<T> g = Parameters[p].Gradient.Run(run);
        Range elements = Runs.Range(Parameters[p].Value, run);
        if (twoLambda == T.Zero || !Parameters[p].IsWeight)
        {
            Change(theta, g, p, elements);
            return;
        }

        using Scratch<T> penalised = new(g.Length);
        TensorPrimitives.MultiplyAdd(theta, twoLambda, g, penalised.Span); // g + 2 λ W
        Change(theta, penalised.Span, p, elements);
    }
}
