using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>Changes parameters so that the loss falls, one step for each batch of gradients.</summary>
/// <remarks>
/// Weight decay λ adds the L2 penalty λ Σ W² over all weights to the loss, and so 2 λ W to their gradients (X30: the
/// lectures' form, without 1/2; PyTorch's weight_decay is 2 λ). Biases, γ and β are left out. The penalty itself is not
/// in the reported training loss; <see cref="RefNet.Regularizers.L2Regularizer{T}"/>, with the same steps, includes it.
/// </remarks>
public abstract class Optimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T twoLambda;
    private readonly double[] factors; // of the learning rate, for each parameter

    /// <summary>Creates the optimiser for parameters.</summary>
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

    /// <summary>The factor of each step, above 0; a schedule sets it from step to step.</summary>
    public double LearningRate
    {
        get;
        set => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A learning rate must be a finite number above 0.");
    }

    /// <summary>Gives a parameter its own learning rate: this factor times <see cref="LearningRate"/>, under any schedule (T11).</summary>
    /// <param name="parameter">One of <see cref="Parameters"/>.</param>
    /// <param name="factor">Above 0 and finite; 1 by default. To stop a layer from learning, freeze it.</param>
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

    /// <summary>The state that the optimiser keeps from step to step (velocities ...), by name: saved so that a run can resume.</summary>
    /// <param name="paths">The path of each of <see cref="Parameters"/> in the network.</param>
    public virtual IReadOnlyList<KeyValuePair<string, Tensor<T>>> State(IReadOnlyList<string> paths) => [];

    /// <summary>Takes a step with every parameter that is not frozen; gradients do not change.</summary>
    public virtual void Step()
    {
        for (int p = 0; p < Parameters.Count; p++)
        {
            if (!Parameters[p].IsFrozen)
                Step(Parameters[p], p);
        }
    }

    /// <summary>Takes a step with one parameter, with the penalty of <see cref="DecayOf"/>.</summary>
    /// <param name="theta">The parameter.</param>
    /// <param name="p">Its index in <see cref="Parameters"/>.</param>
    protected abstract void Step(Parameter<T> theta, int p);

    /// <summary>2 λ for a weight, 0 for everything else: the gradient of the penalty is this times θ.</summary>
    protected T DecayOf(Parameter<T> parameter) => parameter.IsWeight ? twoLambda : T.Zero;

    /// <summary>A tensor of zeros in the shape of each parameter, for the state of an optimiser.</summary>
    protected Tensor<T>[] Zeros() => [.. Parameters.Select(parameter => new Tensor<T>(parameter.Shape))];

    /// <summary>Entries of <see cref="State"/>: the path of each parameter with a suffix, and its state.</summary>
    protected static IEnumerable<KeyValuePair<string, Tensor<T>>> Named(IReadOnlyList<string> paths, string suffix, Tensor<T>[] tensors) =>
        paths.Zip(tensors, (path, tensor) => KeyValuePair.Create($"{path}.{suffix}", tensor));

    /// <summary>A setting that must be at least 0 and below 1: the weight of the past.</summary>
    protected static T Share(double value, string name) => value is >= 0 and < 1
        ? T.CreateChecked(value)
        : throw new ArgumentOutOfRangeException(name, value, "Expected a number of at least 0 and below 1.");

    /// <summary>A setting that must be above 0 and finite: it keeps a denominator from being 0.</summary>
    protected static T Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? T.CreateChecked(value)
        : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number above 0.");
}
