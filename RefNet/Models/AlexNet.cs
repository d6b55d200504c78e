using System.Numerics;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// AlexNet: five convolutions and three fully connected layers, 3x227x227 -> 1000 scores. Krizhevsky, Sutskever and Hinton 2012,
/// section 3.5; LECTURES D4, Y13, Y14, X13, X14. Names are those of Caffe's two models.
/// </summary>
/// <remarks>
/// The paper says 224x224, but 11x11 at stride 4 without padding fits 227 (X14). The groups are its two graphics
/// cards, each of which sees half of the maps. Biases start at 0; in the paper those of half of the layers start at 1.
/// </remarks>
/// <param name="Name">alexnet, the paper's; alexnet-ungrouped; bvlc-alexnet, Caffe's copy; caffenet, which pools before it normalises.</param>
public sealed record AlexNet(string Name) : Architecture(new Shape(3, 227, 227), 1000)
{
    /// <inheritdoc/>
    public override string Name { get; } = Name;

    /// <inheritdoc/>
    public override string Description => Name switch
    {
        "alexnet-ungrouped" => "AlexNet on one card: every map sees all maps",
        "bvlc-alexnet" => "AlexNet as Caffe trained it: its constants of the normalisation",
        "caffenet" => "AlexNet in the order of the slides and CaffeNet: pooling before normalisation",
        _ => "AlexNet as published: two groups, normalisation before pooling",
    };

    /// <inheritdoc/>
    public override string Paper => "Krizhevsky, Sutskever and Hinton 2012; LECTURES D4, X13";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 67, 67);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        Initializer init = Initializer.Gaussian(0.01);
        int groups = Name == "alexnet-ungrouped" ? 1 : 2;
        int maps1 = Maps(96, 2), maps2 = Maps(256, 2), maps3 = Maps(384, 2), units = Maps(4096);
        Sequential<T> convolutions = new(
            new Convolution2D<T>(Input[0], maps1, kernel: 11, stride: 4, initializer: init) { Name = "conv1" },               // 96x55x55
            new ReLU<T> { Name = "relu1" },
            PoolAndNormalize<T>(1),                                                                                           // 96x27x27
            new Convolution2D<T>(maps1, maps2, kernel: 5, padding: 2, groups: groups, initializer: init) { Name = "conv2" },  // 256x27x27
            new ReLU<T> { Name = "relu2" },
            PoolAndNormalize<T>(2),                                                                                           // 256x13x13
            new Convolution2D<T>(maps2, maps3, kernel: 3, padding: 1, initializer: init) { Name = "conv3" },                  // 384x13x13
            new ReLU<T> { Name = "relu3" },
            new Convolution2D<T>(maps3, maps3, kernel: 3, padding: 1, groups: groups, initializer: init) { Name = "conv4" },  // 384x13x13
            new ReLU<T> { Name = "relu4" },
            new Convolution2D<T>(maps3, maps2, kernel: 3, padding: 1, groups: groups, initializer: init) { Name = "conv5" },  // 256x13x13
            new ReLU<T> { Name = "relu5" },
            new MaxPooling2D<T>(3, stride: 2) { Name = "pool5" })                                                             // 256x6x6
        { Name = "" };
        return new Network<T>(Input, seed,
            convolutions,
            new Flatten<T>(),                                                                                                 // 9216
            Classifier<T>(convolutions.OutputShape(Input).Count, units, Classes));
    }

    /// <summary>The fully connected layers, which ZFNet has too.</summary>
    internal static Sequential<T> Classifier<T>(int inputs, int units, int classes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Initializer init = Initializer.Gaussian(0.01);
        return Chain.Nameless(
            new Dense<T>(inputs, units, init) { Name = "fc6" },   // 4096
            new ReLU<T> { Name = "relu6" },
            new Dropout<T>(0.5) { Name = "drop6" },
            new Dense<T>(units, units, init) { Name = "fc7" },    // 4096
            new ReLU<T> { Name = "relu7" },
            new Dropout<T>(0.5) { Name = "drop7" },
            new Dense<T>(units, classes, init) { Name = "fc8" }); // 1000
    }

    // X13: normalisation first, then pooling, except for CaffeNet. The paper has k = 2 and an α for each term; Caffe has k = 1 and an α for the mean.
    private Sequential<T> PoolAndNormalize<T>(int stage) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isCaffe = Name is "bvlc-alexnet" or "caffenet";
        Layer<T> norm = new LocalResponseNormalization<T>(size: 5, alpha: 1e-4, beta: 0.75, k: isCaffe ? 1 : 2, averages: isCaffe) { Name = $"norm{stage}" };
        Layer<T> pool = new MaxPooling2D<T>(3, stride: 2) { Name = $"pool{stage}" };
        return Name == "caffenet" ? new(pool, norm) { Name = "" } : new(norm, pool) { Name = "" };
    }
}
