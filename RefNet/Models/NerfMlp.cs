using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// An image as a function of position: (row, column) -> red, green, blue, by 256 Fourier features and four hidden layers of 256 ReLUs. Tancik
/// et al. 2020, section 6.1; LECTURES L21.
/// </summary>
/// <param name="HasFeatures">Whether positions are encoded; otherwise the network sees two numbers, and its image is blurred.</param>
public sealed record NerfMlp(bool HasFeatures = true) : Architecture(new Shape(2), 3)
{
    private const int Frequencies = 256;

    /// <inheritdoc/>
    public override string Name => "nerf-mlp";

    /// <inheritdoc/>
    public override string Description => "Image as a function of place: Fourier features, four layers of 256 ReLUs, squared error";

    /// <inheritdoc/>
    public override string Paper => "Tancik et al. 2020, section 6.1; LECTURES L21";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(2);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        Layer<T> encoding = HasFeatures ? new FourierFeatures<T>(Input.Count, Maps(Frequencies), sigma: 10) : new Identity<T>();
        int units = Maps(256);
        return new Network<T>(Input, seed,
            encoding,                                                                                    // 512
            new Dense<T>(encoding.OutputShape(Input).Count, units, Initializer.He) { Name = "F1" },
            new ReLU<T>(),
            new Dense<T>(units, units, Initializer.He) { Name = "F2" },
            new ReLU<T>(),
            new Dense<T>(units, units, Initializer.He) { Name = "F3" },
            new ReLU<T>(),
            new Dense<T>(units, units, Initializer.He) { Name = "F4" },
            new ReLU<T>(),
            new Dense<T>(units, Classes, Initializer.LeCun) { Name = "Output" },
            new Sigmoid<T>());
    }

    /// <inheritdoc/>
    public override Loss<T> CreateLoss<T>() => new MeanSquaredError<T>();
}
