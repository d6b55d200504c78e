using RefNet.Blocks;
using RefNet.Data;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>A network that a host can train by name: how it is made, what it is fed, and the options it trains with.</summary>
/// <param name="Model">The name.</param>
/// <param name="Description">What it is, in a few words.</param>
/// <param name="Scaling">How the bytes of an image become numbers.</param>
/// <param name="CreateNetwork">Makes the network with the weights that a seed gives.</param>
/// <param name="CreateLoss">Makes the loss.</param>
/// <param name="Defaults">
/// The options where the user sets none. They were chosen on 5,000 images held out of the training set, never on the test
/// set.
/// </param>
public sealed record Recipe(
    string Model, string Description, PixelScaling Scaling,
    Func<int, Sequential<float>> CreateNetwork, Func<ClassificationLoss<float>> CreateLoss, RunOptions Defaults)
{
    // Mean and standard deviation of the pixels of MNIST's training images, as shares of 255.
    private const double Mean = 0.1307;
    private const double Deviation = 0.3081;

    private static readonly PixelScaling Standardised = new(Low: -Mean / Deviation, High: (1 - Mean) / Deviation);

    /// <summary>Every recipe.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new("lenet5", "LeNet-5 as published in 1998: connection table, trainable subsampling, RBF output",
            new PixelScaling(Low: -0.1, High: 1.175, Padding: 2), LeNet5.Create<float>, () => new MaximumAPosteriori<float>(j: 10),
            new RunOptions { Model = "lenet5", Epochs = 20, BatchSize = 16, Optimizer = "momentum", LearningRate = 0.003, LearningRateDecay = 0.2, WeightDecay = 0.005 }),
        new("lenet5-modern", "LeNet-5 as taught today: average pooling, tanh, softmax",
            Standardised, LeNet5Modern.Create<float>, () => new SoftmaxCrossEntropy<float>(),
            new RunOptions { Model = "lenet5-modern", Epochs = 20, BatchSize = 64, Optimizer = "momentum", LearningRate = 0.05, LearningRateDecay = 0.15, WeightDecay = 0.0005 }),
        new("mlp", "Multilayer perceptron 784-300-100-10 with ReLU",
            Standardised, MultilayerPerceptron.Create<float>, () => new SoftmaxCrossEntropy<float>(),
            new RunOptions { Model = "mlp", Epochs = 20, BatchSize = 64, Optimizer = "momentum", LearningRate = 0.05, LearningRateDecay = 0.2, WeightDecay = 0.0001 }),
        new("perceptron", "One layer, trained with Rosenblatt's rule",
            new PixelScaling(Low: 0, High: 1), Perceptron.Create<float>, () => new PerceptronCriterion<float>(),
            new RunOptions { Model = "perceptron", Epochs = 10, BatchSize = 1, Optimizer = "perceptron", LearningRate = 1 }),
    ];

    /// <summary>The recipe of a name.</summary>
    /// <exception cref="InputException">There is none; the message lists those that there are.</exception>
    public static Recipe Find(string model) => All.FirstOrDefault(recipe => recipe.Model == model)
        ?? throw new InputException($"There is no model '{model}'; choose one of {string.Join(", ", All.Select(recipe => recipe.Model))}.");

    /// <summary>Checks that a network of this recipe takes the images of a set and knows its classes.</summary>
    /// <exception cref="InputException">It does not.</exception>
    public void CheckFits(Sequential<float> network, ImageSet images)
    {
        Shape found = Scaling.SampleShape(images);
        if (!found.Equals(network.Input))
            throw new InputException($"{Model}: expected images of {network.Input[1] - 2 * Scaling.Padding}x{network.Input[2] - 2 * Scaling.Padding}; found {images.Rows}x{images.Columns}.");
        int classes = network.OutputShape(network.Input)[0];
        if (images.ClassNames.Count != classes)
            throw new InputException($"{Model}: expected {classes} classes; found {images.ClassNames.Count}.");
    }
}
