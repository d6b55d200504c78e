using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// SqueezeNet 1.0: fire modules, which squeeze the maps with 1x1 and expand them with 1x1 and 3x3 kernels; 3x224x224 -> 1000 scores,
/// 1,248,424 parameters, 1/50 of AlexNet's. Iandola et al. 2016, table 1; LECTURES D10, C19. Paths are torchvision's.
/// </summary>
public sealed record SqueezeNet() : Architecture(new Shape(3, 224, 224), 1000)
{
    /// <inheritdoc/>
    public override string Name => "squeezenet";

    /// <inheritdoc/>
    public override string Description => "SqueezeNet 1.0: fire modules, 50 times fewer parameters than AlexNet";

    /// <inheritdoc/>
    public override string Paper => "Iandola et al. 2016, table 1; LECTURES D10";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 64, 64);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed) => new(Input, seed,
        Chain.Numbered<T>("features",
            new Convolution2D<T>(Input[0], Maps(96), kernel: 7, stride: 2, initializer: Initializer.He, rounding: Rounding.Floor), // 96x109x109
            new ReLU<T>(),
            new MaxPooling2D<T>(3, stride: 2, rounding: Rounding.Ceiling),                                                         // 96x54x54
            Fire<T>(Maps(96), Maps(16), Maps(64)),                                                                                 // 128x54x54
            Fire<T>(2 * Maps(64), Maps(16), Maps(64)),
            Fire<T>(2 * Maps(64), Maps(32), Maps(128)),                                                                            // 256x54x54
            new MaxPooling2D<T>(3, stride: 2, rounding: Rounding.Ceiling),                                                         // 256x27x27
            Fire<T>(2 * Maps(128), Maps(32), Maps(128)),
            Fire<T>(2 * Maps(128), Maps(48), Maps(192)),                                                                           // 384x27x27
            Fire<T>(2 * Maps(192), Maps(48), Maps(192)),
            Fire<T>(2 * Maps(192), Maps(64), Maps(256)),                                                                           // 512x27x27
            new MaxPooling2D<T>(3, stride: 2, rounding: Rounding.Ceiling),                                                         // 512x13x13
            Fire<T>(2 * Maps(256), Maps(64), Maps(256))),
        Chain.Numbered<T>("classifier",
            new Dropout<T>(0.5),
            new Convolution2D<T>(2 * Maps(256), Classes, kernel: 1, initializer: Initializer.Gaussian(0.01)),                      // 1000x13x13
            new ReLU<T>(),
            new GlobalAveragePooling2D<T>()));                                                                                     // 1000

    // S maps, then E maps from 1x1 and, in parallel, E maps from 3x3.
    private static Sequential<T> Fire<T>(int inputs, int squeeze, int expand) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
        new Convolution2D<T>(inputs, squeeze, kernel: 1, initializer: Initializer.He) { Name = "squeeze" },
        new ReLU<T> { Name = "squeeze_activation" },
        new Concatenation<T>(
            new Convolution2D<T>(squeeze, expand, kernel: 1, initializer: Initializer.He) { Name = "expand1x1" },
            new Convolution2D<T>(squeeze, expand, kernel: 3, padding: 1, initializer: Initializer.He) { Name = "expand3x3" })
        { Name = "" },
        new ReLU<T> { Name = "expand_activation" });
}
