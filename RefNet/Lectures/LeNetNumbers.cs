using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>The sizes of LeNet-5. LECTURES X2, X3, X22, Y11, Y12.</summary>
internal static class LeNetNumbers
{
    // The slide's copy of table I: for each map of S2, the maps of C3 with a cross.
    private static readonly int[][] SlidesCrosses =
    [
        [0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14],
        [0, 1, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15],
        [0, 1, 2, 5, 6, 7, 10, 11, 12, 13, 14, 15],
        [1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15],
        [2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    ];

    public static IEnumerable<Replay> All { get; } =
    [
        new("X2", "S2", "kernel size of C3",
            "The third layer of LeNet-5 is said to have 16 filters of 6x6.",
            "Its input is 14x14 and its output 10x10, as the same slide prints: only 5x5 fits. With 6x6 the output would be 9x9, and the number of parameters would not be the printed 1,516.",
            KernelOfC3),
        new("X3", "S2", "connection table of C3",
            "The copy of the paper's table has 73 crosses; the layer is said to have 1,516 parameters.",
            "The paper's table has 60 crosses, ten for each map of S2: 60 kernels of 25 weights and 16 biases are 1,516. The extra crosses are in our copy of the slide; the paper's table has none of them.",
            CrossesOfC3),
        new("X22", "S2", "output units of LeNet-5",
            "Ten Euclidean RBF units are called Gaussian, with y_i the sum of squares of x - w_i.",
            "The units give the squared distance itself, without an exponential: a penalty, and the smallest one names the class. The centres are not learnt: they are ten drawn pictures of 7x12, 840 numbers of +1 and -1.",
            RadialBasis),
        new("Y11", "S2", "parameters and connections of LeNet-5",
            "C1 156 and 122,304; S2 12 and 5,880; C3 1,516 and 151,600; S4 32 and 2,000; C5 48,120; F6 10,164. C1 as a dense layer would have 4,821,600 parameters.", compute: Sizes),
        new("Y12", "S2", "shapes of LeNet-5",
            "6x28x28, 6x14x14, 16x10x10, 16x5x5, 120, 84, 10.", compute: Shapes),
    ];

    private static void KernelOfC3(Notes notes)
    {
        Shape s2 = new(6, 14, 14);
        ConnectionTableConvolution2D<double> right = C3(5, LeNet5.ConnectionTable);
        ConnectionTableConvolution2D<double> printed = C3(6, LeNet5.ConnectionTable);
        notes.Right("output with 5x5", new Shape(16, 10, 10), right.OutputShape(s2));
        notes.Right("parameters with 5x5", 1516, Parameters(right));
        notes.Wrong("output with 6x6", new Shape(16, 10, 10), printed.OutputShape(s2));
        notes.Wrong("parameters with 6x6", 1516, Parameters(printed));
    }

    private static void CrossesOfC3(Notes notes)
    {
        int[][] copied = [.. Enumerable.Range(0, 16).Select(map => Enumerable.Range(0, 6).Where(input => SlidesCrosses[input].Contains(map)).ToArray())];
        ConnectionTableConvolution2D<double> slides = C3(5, copied);
        ConnectionTableConvolution2D<double> papers = C3(5, LeNet5.ConnectionTable);
        notes.Wrong("crosses of the paper's table", slides.Connections, papers.Connections);
        notes.Right("crosses of the paper's table", 60, papers.Connections);
        notes.Wrong("parameters with the copied table", 1516, Parameters(slides));
        notes.Right("parameters with the paper's table", 1516, Parameters(papers));
        notes.Right("crosses for each map of S2", Enumerable.Repeat(10, 6).ToArray(),
            Enumerable.Range(0, 6).Select(input => LeNet5.ConnectionTable.Count(inputs => inputs.Contains(input))).ToArray());
    }

    private static void RadialBasis(Notes notes)
    {
        Tensor<double> centres = DigitBitmaps.Create<double>();
        EuclideanRadialBasis<double> output = new(centres);
        Tensor<double> y = output.Forward(centres, Mode.Evaluate);
        notes.Right("fixed numbers in the pictures", 840, centres.Values.ToArray().Count(value => Math.Abs(value) == 1));
        notes.Right("parameters of the layer", 0, output.Parameters.Count);
        notes.Right("pictures with penalty 0 for their own unit, and more for every other", 10,
            Enumerable.Range(0, 10).Count(digit => y[digit, digit] == 0 && y.Sample(digit).ToArray().Count(penalty => penalty <= 0) == 1));
        double[] shown = y.Sample(3).ToArray();
        notes.Other("unit with the largest output for the picture of 3", 3, Array.IndexOf(shown, shown.Max()));
        notes.Right("unit with the smallest output for the picture of 3", 3, Array.IndexOf(shown, shown.Min()));
        notes.Other("largest output; that of a Gaussian is 1 at most", 1, shown.Max());
    }

    private static void Sizes(Notes notes)
    {
        Network<float> network = new LeNet5().Create<float>(seed: 1);
        Dictionary<string, (long Parameters, long Connections)> layers = [];
        Shape shape = network.InputShape;
        foreach (Layer<float> layer in network.Layers)
        {
            layers[layer.Name] = (NetworkNumbers.ParametersOf(layer), layer.Cost(shape).Connections);
            shape = layer.OutputShape(shape);
        }

        foreach ((string name, long parameters, long connections) in new[]
            { ("C1", 156L, 122_304L), ("S2", 12, 5_880), ("C3", 1_516, 151_600), ("S4", 32, 2_000), ("C5", 48_120, 48_120), ("F6", 10_164, 10_164) })
        {
            notes.Slide($"parameters of {name}", parameters, layers[name].Parameters);
            notes.Slide($"connections of {name}", connections, layers[name].Connections);
        }

        notes.Slide("parameters of a dense layer in place of C1", 4_821_600L, NetworkNumbers.ParametersOf(new Dense<float>(network.InputShape.Count, 6 * 28 * 28)));
        notes.Right("parameters in total", 60_000L, NetworkNumbers.ParametersOf(network));
        notes.Right("connections in total, 840 of them to the output units", 340_908L, network.Cost(network.InputShape).Connections);
    }

    private static void Shapes(Notes notes)
    {
        Network<float> network = new LeNet5().Create<float>(seed: 1);
        Dictionary<string, Shape> shapes = NetworkNumbers.Outputs(network);
        notes.Slide("C1", new Shape(6, 28, 28), shapes["C1"]);
        notes.Slide("S2", new Shape(6, 14, 14), shapes["S2"]);
        notes.Slide("C3", new Shape(16, 10, 10), shapes["C3"]);
        notes.Slide("S4", new Shape(16, 5, 5), shapes["S4"]);
        notes.Slide("C5", new Shape(120, 1, 1), shapes["C5"]);
        notes.Slide("F6", new Shape(84), shapes["F6"]);
        notes.Slide("output", new Shape(10), shapes["Output"]);
    }

    private static ConnectionTableConvolution2D<double> C3(int kernel, IReadOnlyList<int[]> table) => new(6, table, kernel);

    private static int Parameters(Layer<double> layer) => layer.Parameters.Sum(parameter => parameter.Count);
}
