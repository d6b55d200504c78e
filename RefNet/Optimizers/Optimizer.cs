using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>Changes parameters so that the loss falls, one step for each batch of gradients.</summary>
public abstract class Optimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Takes charge of parameters.</summary>
    protected Optimizer(IReadOnlyList<Parameter<T>> parameters, double learningRate)
    {
        Parameters = parameters;
        LearningRate = learningRate;
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
    public abstract void Step();
}
