using System.Numerics;
using RefNet.Layers;
using RefNet.Optimizers;

namespace RefNet.Training;

/// <summary>The optimizers that a run can name.</summary>
public static class OptimizerNames
{
    /// <summary>The perceptron's rule.</summary>
    public const string Perceptron = "perceptron";

    /// <summary>The names, in the order of a list for users.</summary>
    public static IReadOnlyList<string> All { get; } = ["sgd", "momentum", "momentum-steps", "momentum-mean", "nesterov", "adagrad", "rmsprop", "adam", "adadelta", Perceptron];

    /// <summary>Checks a name.</summary>
    /// <exception cref="InputException">There is no such optimizer.</exception>
    public static void Check(string name)
    {
        if (!All.Contains(name))
            throw new InputException($"There is no optimizer '{name}'; choose one of {string.Join(", ", All)}.");
    }

    /// <summary>
    /// The usual learning rate of an optimizer whose steps do not grow with the gradient; null for the others, whose rate
    /// depends on the model.
    /// </summary>
    public static double? UsualRate(string name) => name switch
    {
        "adagrad" => 0.01,
        "rmsprop" or "adam" => 0.001,
        "adadelta" => 1,
        _ => null,
    };

    /// <summary>Creates the optimizer that a run names.</summary>
    public static Optimizer<T> Create<T>(RunOptions options, IReadOnlyList<Parameter<T>> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(options.Optimizer);
        return options.Optimizer switch
        {
            "sgd" => new StochasticGradientDescent<T>(parameters, options.LearningRate, options.WeightDecay),
            "momentum" => new Momentum<T>(parameters, options.LearningRate, options.Momentum, options.WeightDecay),
            "momentum-steps" => new Momentum<T>(parameters, options.LearningRate, options.Momentum, options.WeightDecay, MomentumForm.Steps),
            "momentum-mean" => new Momentum<T>(parameters, options.LearningRate, options.Momentum, options.WeightDecay, MomentumForm.MeanSteps),
            "nesterov" => new Nesterov<T>(parameters, options.LearningRate, options.Momentum, options.WeightDecay),
            "adagrad" => new AdaGrad<T>(parameters, options.LearningRate, weightDecay: options.WeightDecay),
            "rmsprop" => new RmsProp<T>(parameters, options.LearningRate, weightDecay: options.WeightDecay),
            "adam" => new Adam<T>(parameters, options.LearningRate, weightDecay: options.WeightDecay),
            "adadelta" => new Adadelta<T>(parameters, options.LearningRate, weightDecay: options.WeightDecay),
            Perceptron => new PerceptronRule<T>(parameters, options.LearningRate),
            _ => throw new InvalidOperationException($"{options.Optimizer} is in the list of names, but nothing makes it: add it here."),
        };
    }
}
