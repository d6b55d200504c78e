using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;

namespace RefNet.Models;

/// <summary>
/// LeNet-5 as taught today: full connections between maps, plain average pooling, tanh, softmax over 10 classes;
/// 1x28x28 -> 10 scores, 61,706 parameters. LECTURES D3.
/// </summary>
public sealed record LeNet5Modern : Architecture
{
    /// <inheritdoc/>
    public override string Name => "lenet5-modern";

    /// <inheritdoc/>
    public override string Description => "LeNet-5 as taught today: average pooling, tanh, softmax";

    /// <inheritdoc/>
    public override string Paper => "LECTURES D3";

    /// <inheritdoc/>
    public override Recipe Recipe => new() { Schedule = "exponential:0.15", WeightDecay = 0.0005 };

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        Initializer init = Initializer.Xavier;
        return new Network<T>(Input, seed,
            new Convolution2D<T>(1, 6, kernel: 5, padding: 2, initializer: init) { Name = "C1" }, // 6x28x28
            new Tanh<T>(),
            new AveragePooling2D<T>(2) { Name = "S2" },                                           // 6x14x14
            new Convolution2D<T>(6, 16, kernel: 5, initializer: init) { Name = "C3" },            // 16x10x10
            new Tanh<T>(),
            new AveragePooling2D<T>(2) { Name = "S4" },                                           // 16x5x5
            new Flatten<T>(),                                                                     // 400
            new Dense<T>(400, 120, init) { Name = "F5" },
            new Tanh<T>(),
            new Dense<T>(120, 84, init) { Name = "F6" },
            new Tanh<T>(),
            new Dense<T>(84, Classes, init) { Name = "Output" });
    }
}
