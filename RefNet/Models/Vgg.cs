using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// The networks of the Visual Geometry Group: 3x3 convolutions in five stages, each half the size of the one before;
/// 3x224x224 -> 1000 scores. Simonyan and Zisserman 2015, table 1; LECTURES D6, X32. Paths are torchvision's.
/// </summary>
/// <param name="Column">A column of the table: A, A-LRN, B, C, D or E.</param>
public sealed record Vgg(string Column) : Architecture(new Shape(3, 224, 224), 1000)
{
    /// <inheritdoc/>
    public override string Name => Column switch { "A" => "vgg11", "A-LRN" => "vgg11-lrn", "B" => "vgg13", "C" => "vgg16-c", "D" => "vgg16", _ => "vgg19" };

    /// <inheritdoc/>
    public override string Description => $"VGG with {Name[3..5]} weight layers, column {Column} of its table";

    /// <inheritdoc/>
    public override string Paper => "Simonyan and Zisserman 2015, table 1; LECTURES D6";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 32, 32);

    // The maps of each 3x3 convolution, or of each that is 1x1; M is a max pooling.
    private string Stages => Column switch
    {
        "A" => "64 M 128 M 256 256 M 512 512 M 512 512 M",
        "A-LRN" => "64 LRN M 128 M 256 256 M 512 512 M 512 512 M",
        "B" => "64 64 M 128 128 M 256 256 M 512 512 M 512 512 M",
        "C" => "64 64 M 128 128 M 256 256 1x1-256 M 512 512 1x1-512 M 512 512 1x1-512 M",
        "D" => "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M",
        "E" => "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M",
        _ => throw new ArgumentException($"The table has the columns A, A-LRN, B, C, D and E; found {Column}."),
    };

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        List<Layer<T>> stages = [];
        int channels = Input[0];
        foreach (string entry in Stages.Split(' '))
        {
            if (entry == "M")
                stages.Add(new MaxPooling2D<T>(2));
            else if (entry == "LRN")
                stages.Add(new LocalResponseNormalization<T>());
            else
            {
                int kernel = entry.StartsWith("1x1") ? 1 : 3, maps = Maps(int.Parse(entry.Split('-')[^1]));
                stages.Add(new Convolution2D<T>(channels, maps, kernel, padding: kernel / 2, initializer: Initializer.He));
                stages.Add(new ReLU<T>());
                channels = maps;
            }
        }

        Sequential<T> features = Chain.Numbered<T>("features", [.. stages]);
        int units = Maps(4096);
        return new Network<T>(Input, seed,
            features,                                                                 // 512x7x7
            new Flatten<T>(),                                                         // 25088
            Chain.Numbered<T>("classifier",
                new Dense<T>(features.OutputShape(Input).Count, units, Initializer.He), // 4096
                new ReLU<T>(),
                new Dropout<T>(0.5),
                new Dense<T>(units, units, Initializer.He),                           // 4096
                new ReLU<T>(),
                new Dropout<T>(0.5),
                new Dense<T>(units, Classes, Initializer.He)));                       // 1000
    }
}
