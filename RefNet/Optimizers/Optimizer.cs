using System.Numerics;
using RefNet.Layers;
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
    private readonly double[] factors; // of the learning rate, for each parameter

    /// <summary>Takes charge of parameters.</summary>
    /// <param name="parameters">The parameters to change.</param>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="weightDecay">λ, 0 (no decay) or more.</param>
    protected Optimizer(IReadOnlyList<Parameter<T>> parameters, double learningRate, double weightDecay = 0)
    {
        if (!(weightDecay >= 0 && double.IsFinite(weightDecay)))
            throw new ArgumentOutOfRangeException(nameof(weightDecay), weightDecay, "Weight decay must be a finite number, 0 or more.");
        Parameters = parameters;
        LearningRate = learningRate;
        factors = [.. Enumerable.Repeat(1.0, parameters.Count)];
        twoLambda = T.CreateChecked(2 * weightDecay);
    }

    /// <summary>The parameters that this optimiser changes.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>How far a step goes, above 0; a schedule sets it from step to step.</summary>
    public double LearningRate
    {
        get;
        set => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A learning rate must be a finite number above 0.");
    }

    /// <summary>Gives a parameter another learning rate than the rest: this factor times <see cref="LearningRate"/>, whatever the schedule makes of that (T11).</summary>
    /// <param name="parameter">One of <see cref="Parameters"/>.</param>
    /// <param name="factor">Above 0 and finite; 1 unless it is set. A layer that is not to learn is frozen.</param>
    public void ScaleRate(Parameter<T> parameter, double factor)
    {
        if (!(factor > 0 && double.IsFinite(factor)))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "A factor of the learning rate must be a finite number above 0; freeze what is not to learn.");
        int p = Parameters.ToList().IndexOf(parameter);
        if (p < 0)
            throw new ArgumentException($"{parameter.Name} is none of the parameters of this optimizer.", nameof(parameter));
        factors[p] = factor;
    }

    /// <summary>The learning rate of one of <see cref="Parameters"/>.</summary>
    protected double RateOf(int p) => factors[p] * LearningRate;

    /// <summary>What the optimiser remembers from step to step (velocities ...), by name: saved so that a run can resume.</summary>
    /// <param name="paths">What each of <see cref="Parameters"/> is called in the network.</param>
    public virtual IReadOnlyList<KeyValuePair<string, Tensor<T>>> State(IReadOnlyList<string> paths) => [];

    /// <summary>Changes every parameter that is not frozen by its gradient, which stays as it is.</summary>
    public virtual void Step()
    {
        for (int p = 0; p < Parameters.Count; p++)
        {
            if (!Parameters[p].IsFrozen)
                Step(Parameters[p], p);
        }
    }

    /// <summary>Changes one parameter by its gradient, with the penalty of <see cref="DecayOf"/>.</summary>
    /// <param name="theta">The parameter.</param>
    /// <param name="p">Its place in <see cref="Parameters"/>.</param>
    protected abstract void Step(Parameter<T> theta, int p);

    /// <summary>2 λ for a weight, 0 for everything else: the gradient of the penalty is this times θ.</summary>
    protected T DecayOf(Parameter<T> parameter) => parameter.IsWeight ? twoLambda : T.Zero;

    /// <summary>A tensor of zeros for each parameter, in its shape: what an optimiser remembers.</summary>
    protected Tensor<T>[] Zeros() => [.. Parameters.Select(parameter => new Tensor<T>(parameter.Shape))];

    /// <summary>The path of each parameter with a suffix, and what is remembered of it: an entry of <see cref="State"/> each.</summary>
    protected static IEnumerable<KeyValuePair<string, Tensor<T>>> Named(IReadOnlyList<string> paths, string suffix, Tensor<T>[] tensors) =>
        paths.Zip(tensors, (path, tensor) => KeyValuePair.Create($"{path}.{suffix}", tensor));

    /// <summary>A setting that must be at least 0 and below 1: how much is kept of what was.</summary>
    protected static T Share(double value, string name) => value is >= 0 and < 1
        ? T.CreateChecked(value)
        : throw new ArgumentOutOfRangeException(name, value, "Expected a number of at least 0 and below 1.");

    /// <summary>A setting that must be above 0 and finite: what keeps a denominator from being 0.</summary>
    protected static T Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? T.CreateChecked(value)
        : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number above 0.");
}
