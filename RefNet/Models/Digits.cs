using System.Numerics;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;

namespace RefNet.Models;

/// <summary>
/// A small network for digits in the style usual since batch normalisation: eight 3x3 convolutions in three stages (Simonyan
/// and Zisserman 2015), each with batch normalisation and ReLU, and one mean per map instead of dense layers (Lin et al. 2014);
/// 1x28x28 -> 10 scores, 60,026 parameters. It has fewer parameters than LeNet-5 as taught today, and fewer errors.
/// </summary>
public sealed record Digits() : Architecture
{
    /// <inheritdoc/>
    public override string Name => "digits";

    /// <inheritdoc/>
    public override string Description => "Small network for digits: eight 3x3 convolutions with batch normalisation, averages of maps";

    /// <inheritdoc/>
    public override string Paper => "after Simonyan and Zisserman 2015, Ioffe and Szegedy 2015, Lin et al. 2014";

    /// <inheritdoc/>
    public override Recipe Recipe => new()
    {
        Epochs = 10,
        Optimizer = "nesterov",
        LearningRate = 0.1,
        Schedule = "onecycle",
        WeightDecay = 0.00025, // PyTorch's 0.0005
        LabelSmoothing = 0.05,
        Average = 0.995,
    };

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed) => new(Input, seed,
        Stage<T>("stage1", Input[0], 16, convolutions: 2), // 16x28x28
        new MaxPooling2D<T>(2) { Name = "pool1" },         // 16x14x14
        Stage<T>("stage2", 16, 32, convolutions: 3),       // 32x14x14
        new MaxPooling2D<T>(2) { Name = "pool2" },         // 32x7x7
        Stage<T>("stage3", 32, 36, convolutions: 3),       // 36x7x7
        new GlobalAveragePooling2D<T> { Name = "gap" },    // 36
        new Dense<T>(36, Classes, Initializer.He) { Name = "fc" });

    private static Sequential<T> Stage<T>(string name, int inputs, int maps, int convolutions) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<Layer<T>> layers = [];
        for (int i = 1; i <= convolutions; i++)
        {
            layers.Add(ConvolutionUnits.Convolution<T>($"conv{i}", i == 1 ? inputs : maps, maps, kernel: 3));
            layers.Add(new BatchNormalization<T>(maps) { Name = $"bn{i}" });
            layers.Add(new ReLU<T> { Name = $"relu{i}" });
        }

        return new Sequential<T>([.. layers]) { Name = name };
    }
}
