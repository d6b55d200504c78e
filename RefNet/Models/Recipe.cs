namespace RefNet.Models;

/// <summary>
/// The default settings for training an architecture. They were tuned on 5,000 images held out of the training set,
/// never on the test set.
/// </summary>
public sealed record Recipe
{
    /// <summary>Means and deviations of red, green and blue over ImageNet's training images, as in torchvision; weights for other photographs are usually published with them too.</summary>
    public const string ImageNet = "0.485,0.456,0.406/0.229,0.224,0.225";

    /// <summary>The same over CIFAR-10's training images.</summary>
    public const string Cifar10 = "0.4914,0.4822,0.4465/0.2470,0.2435,0.2616";

    // Mean and standard deviation of the pixels of MNIST's training images, as shares of 255.
    private const double Mean = 0.1307;
    private const double Deviation = 0.3081;

    /// <summary>The number for byte 0 of an image; by default MNIST's pixels get mean 0 and variance 1.</summary>
    public double Low { get; init; } = -Mean / Deviation;

    /// <summary>The number for byte 255 of an image.</summary>
    public double High { get; init; } = (1 - Mean) / Deviation;

    /// <summary>A mean and a deviation for each channel, instead of <see cref="Low"/> and <see cref="High"/>: means, a slash, deviations, as shares of 255; null for none.</summary>
    public string? Pixels { get; init; }

    /// <summary>The pixels of byte 0 added on each side of an image.</summary>
    public int Padding { get; init; }

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Images per step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The name of the optimiser.</summary>
    public string Optimizer { get; init; } = "momentum";

    /// <summary>The learning rate η that the schedule varies.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>How the learning rate changes: exponential:0.15 makes it η exp(-0.15 t) in epoch t, counted from 0.</summary>
    public string Schedule { get; init; } = "constant";

    /// <summary>λ of the L2 penalty on weights.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The share of each target that training spreads over all classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The decay of the average of the weights; 0 for none.</summary>
    public double Average { get; init; }
}
