using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Models;

/// <summary>
/// Fully convolutional networks: VGG-16 with its dense layers as convolutions, and scores upsampled to the size of the image;
/// 3x500x500 -> 21x500x500 scores. Long, Shelhamer and Darrell 2015, figure 3; LECTURES D11. Names are those of Caffe's models.
/// </summary>
/// <remarks>The first convolution has 100 pixels of padding, so that images of any size give scores, which are cropped to the size of the image.</remarks>
/// <param name="Stride">32, 16 or 8: how coarse the finest scores are. 16 adds those of pool4, 8 those of pool3 too.</param>
public sealed record Fcn(int Stride) : Architecture(new Shape(3, 500, 500), 21)
{
    /// <inheritdoc/>
    public override string Name => $"fcn{Stride}s";

    /// <inheritdoc/>
    public override string Description => $"Fully convolutional VGG-16 for segmentation, scores at stride {Stride}";

    /// <inheritdoc/>
    public override string Paper => "Long, Shelhamer and Darrell 2015, figure 3; LECTURES D11";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 20, 20);

    /// <inheritdoc/>
    protected override int NarrowBy => 64; // maps are large, whatever the image: 100 pixels of padding

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        // From the output of pool3 to scores at stride 8, 16 or 32; the branches of the paper's figure, from coarse to fine.
        Sequential<T> toPool3 = Chain.Nameless(Stage<T>(1, Input[0], 64, 2, padding: 100), Stage<T>(2, Maps(64), 128, 2), Stage<T>(3, Maps(128), 256, 3));
        Sequential<T> toPool4 = Stage<T>(4, Maps(256), 512, 3);
        Layer<T> scores = Chain.Nameless(
            Stage<T>(5, Maps(512), 512, 3),
            new Convolution2D<T>(Maps(512), Maps(4096), kernel: 7, initializer: Initializer.He) { Name = "fc6" },
            new ReLU<T> { Name = "relu6" },
            new Dropout<T>(0.5) { Name = "drop6" },
            new Convolution2D<T>(Maps(4096), Maps(4096), kernel: 1, initializer: Initializer.He) { Name = "fc7" },
            new ReLU<T> { Name = "relu7" },
            new Dropout<T>(0.5) { Name = "drop7" },
            Score<T>("score_fr", Maps(4096)));
        Shape pool3 = toPool3.OutputShape(Input), pool4 = toPool4.OutputShape(pool3);
        if (Stride < 32)
            scores = WithSkip("upscore2", scores, Score<T>("score_pool4", Maps(512)), pool4, offset: 5);
        scores = Chain.Nameless(toPool4, scores);
        if (Stride < 16)
            scores = WithSkip("upscore_pool4", scores, Score<T>("score_pool3", Maps(256)), pool3, offset: 9);

        int offset = Stride switch { 32 => 19, 16 => 27, 8 => 31, _ => throw new ArgumentException(Invariant($"The strides are 32, 16 and 8; found {Stride}.")) };
        return new Network<T>(Input, seed,
            toPool3, scores, Upscore<T>("upscore", Stride), new Crop<T>(offset, offset, Input[1], Input[2]) { Name = "score" });
    }

    // Scores upsampled by two, plus those of a finer layer cropped to the same size.
    private Sum<T> WithSkip<T>(string name, Layer<T> coarse, Layer<T> fine, Shape input, int offset) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> enlarged = Chain.Nameless(coarse, Upscore<T>(name, 2));
        Shape size = enlarged.OutputShape(input);
        return new Sum<T>(enlarged, Chain.Nameless(fine, new Crop<T>(offset, offset, size[1], size[2]) { Name = $"{fine.Name}c" })) { Name = "" };
    }

    // The convolutions of a stage of VGG-16, and its pooling.
    private Sequential<T> Stage<T>(int number, int channels, int maps, int convolutions, int padding = 1) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<Layer<T>> layers = [];
        for (int i = 1; i <= convolutions; i++)
        {
            layers.Add(new Convolution2D<T>(i == 1 ? channels : Maps(maps), Maps(maps), kernel: 3, padding: i == 1 ? padding : 1, initializer: Initializer.He) { Name = $"conv{number}_{i}" });
            layers.Add(new ReLU<T> { Name = $"relu{number}_{i}" });
        }

        return Chain.Nameless([.. layers, new MaxPooling2D<T>(2, rounding: Rounding.Ceiling) { Name = $"pool{number}" }]);
    }

    private Convolution2D<T> Score<T>(string name, int channels) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(channels, Classes, kernel: 1, initializer: Initializer.Zeros) { Name = name };

    // Starts as bilinear interpolation, and learns.
    private TransposedConvolution2D<T> Upscore<T>(string name, int factor) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Classes, Classes, kernel: 2 * factor, stride: factor, initializer: Initializer.Bilinear, useBias: false) { Name = name };
}
