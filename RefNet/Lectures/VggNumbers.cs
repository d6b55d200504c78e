using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>The columns of the VGG table, with their parameters. LECTURES X32.</summary>
internal static class VggNumbers
{
    public static IEnumerable<Replay> All { get; } =
    [
        new("X32", "S1", "columns of the VGG table",
            "Five headings, 11, 11, 13, 16 and 19 layers, and one dense layer of 4096 units.",
            "The paper has six networks: A and A-LRN with 11 layers, B with 13, C and D with 16, E with 19. C differs from D by 1x1 kernels in the third layer of a stage. Two dense layers of 4096 units precede the 1000 classes. Columns and lines may be missing in our copy of the slide.",
            Table),
    ];

    // One word per stage: its channels, and the kernel of each of its layers.
    private static readonly (string Name, string[] Stages, int Layers, long Parameters)[] Columns =
    [
        ("A", ["64 3", "128 3", "256 33", "512 33", "512 33"], 11, 132_863_336),
        ("B", ["64 33", "128 33", "256 33", "512 33", "512 33"], 13, 133_047_848),
        ("C", ["64 33", "128 33", "256 331", "512 331", "512 331"], 16, 133_638_952),
        ("D", ["64 33", "128 33", "256 333", "512 333", "512 333"], 16, 138_357_544),
        ("E", ["64 33", "128 33", "256 3333", "512 3333", "512 3333"], 19, 143_667_240),
    ];

    /// <summary>VGG-16, column D.</summary>
    public static NetworkNumbers D => new(Vgg(Columns[3].Stages, denseLayers: 2));

    private static void Table(Notes notes)
    {
        foreach ((string name, string[] stages, int layers, long parameters) in Columns)
        {
            NetworkNumbers numbers = new(Vgg(stages, denseLayers: 2));
            notes.Right($"layers with weights in {name}", layers, numbers.LayersWithWeights);
            notes.Right($"parameters of {name}", parameters, numbers.Parameters);
        }

        notes.Line("A-LRN has the layers of A and a normalisation without parameters.");
        notes.Wrong("layers of D with one dense layer of 4096", 16, new NetworkNumbers(Vgg(Columns[3].Stages, denseLayers: 1)).LayersWithWeights);
    }

    // Simonyan and Zisserman 2015, table 1.
    private static Network<float> Vgg(string[] stages, int denseLayers)
    {
        List<Layer<float>> layers = [];
        int maps = 3;
        foreach (string stage in stages)
        {
            string[] words = stage.Split(' ');
            foreach (int kernel in words[1].Select(digit => digit - '0'))
            {
                layers.AddRange([new Convolution2D<float>(maps, int.Parse(words[0]), kernel, padding: kernel / 2), new ReLU<float>()]);
                maps = int.Parse(words[0]);
            }

            layers.Add(new MaxPooling2D<float>(2));
        }

        layers.Add(new Flatten<float>());
        for (int i = 0; i < denseLayers; i++)
            layers.AddRange([new Dense<float>(i == 0 ? 512 * 7 * 7 : 4096, 4096), new ReLU<float>(), new Dropout<float>(0.5)]);
        return new Network<float>(new Shape(3, 224, 224), seed: 0, [.. layers, new Dense<float>(4096, 1000)]);
    }
}
