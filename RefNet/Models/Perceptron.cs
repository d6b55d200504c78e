using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Losses;

namespace RefNet.Models;

/// <summary>
/// The perceptron with one unit for each of 10 classes, 1x28x28 -> 10 scores, 7,850 parameters that start at zero;
/// the largest score gives the predicted class. Rosenblatt 1958; LECTURES L1, D1.
/// </summary>
public sealed record Perceptron : Architecture
{
    /// <inheritdoc/>
    public override string Name => "perceptron";

    /// <inheritdoc/>
    public override string Description => "One layer, trained with Rosenblatt's rule";

    /// <inheritdoc/>
    public override string Paper => "Rosenblatt 1958; LECTURES L1, D1";

    /// <inheritdoc/>
    public override Recipe Recipe => new() { Low = 0, High = 1, Epochs = 10, BatchSize = 1, Optimizer = "perceptron", LearningRate = 1 };

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed) =>
        new(Input, seed,
            new Flatten<T>(),
            new Dense<T>(Input.Count, Classes, Initializer.Zeros) { Name = "Output" });

    /// <inheritdoc/>
    public override ClassificationLoss<T> CreateLoss<T>() => new PerceptronCriterion<T>();
}
