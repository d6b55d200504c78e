using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// The basic context module: 3x3 convolutions whose dilation doubles, so that each score sees 67x67 others;
/// 21x64x64 -> 21x64x64. It follows a network that gives scores for pixels. Yu and Koltun 2016, table 1; LECTURES D11, L13, X10.
/// </summary>
/// <remarks>It starts as the identity (equation 4), and learns what context adds.</remarks>
public sealed record DilatedContext() : Architecture(new Shape(21, 64, 64), 21)
{
    // The dilation of each layer; receptive fields of 3, 5, 9, 17, 33, 65, 67.
    private static readonly int[] dilations = [1, 1, 2, 4, 8, 16, 1];

    /// <inheritdoc/>
    public override string Name => "dilated-context";

    /// <inheritdoc/>
    public override string Description => "Context module of dilated convolutions, for segmentation";

    /// <inheritdoc/>
    public override string Paper => "Yu and Koltun 2016, table 1; LECTURES D11, L13";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 9, 9);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        int maps = Input[0];
        List<Layer<T>> layers = [];
        for (int i = 0; i < dilations.Length; i++)
        {
            layers.Add(new Convolution2D<T>(maps, maps, ConvolutionGeometry.Square(3, padding: dilations[i], dilation: dilations[i]), initializer: Initializer.Identity) { Name = $"conv{i + 1}" });
            layers.Add(new ReLU<T> { Name = $"relu{i + 1}" });
        }

        return new Network<T>(Input, seed, [.. layers, new Convolution2D<T>(maps, Classes, kernel: 1, initializer: Initializer.Identity) { Name = "conv8" }]);
    }
}
