using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>Initial weights and the activation after them. LECTURES X29.</summary>
internal static class FirstWeights
{
    public static IEnumerable<Replay> All { get; } =
    [
        new("X29", "S3,S4", "Xavier's initialisation and ReLU",
            "Both are recommended together, and 1 / sqrt(n) is called Xavier's.",
            "1 / sqrt(n) with n the fan-in is LeCun's (1998); Glorot and Bengio's variance is 2 / (fan-in + fan-out). Both are derived for tanh. ReLU sets half of its inputs to zero, so the power of the signal halves from layer to layer; sqrt(2 / n) compensates for it (He et al. 2015).",
            Spreads),
    ];

    /// <summary>The root mean square after this many layers of dense and ReLU, for inputs of 1.</summary>
    public static double SignalBehind(int layers, int width, Initializer initializer)
    {
        Network<double> network = new(new Shape(width), seed: 29, [.. Enumerable.Range(0, layers).SelectMany<int, Layer<double>>(_ =>
            [new Dense<double>(width, width, initializer), new ReLU<double>()])]);
        Tensor<double> y = network.Forward(Draw.Normal(Seeds.Create(29), 20, width), Mode.Evaluate);
        return Math.Sqrt(TensorPrimitives.SumOfSquares(y.Values) / y.Count);
    }

    private static void Spreads(Notes notes)
    {
        const int FanIn = 200, FanOut = 50;
        notes.Wrong("variance of Xavier's weights, fan-in 200, fan-out 50", 1.0 / FanIn, Variance(Initializer.Xavier), within: 0.0005);
        notes.Right("variance of Xavier's weights, 2 / (200 + 50)", 2.0 / (FanIn + FanOut), Variance(Initializer.Xavier), within: 0.0005);
        notes.Right("variance of LeCun's weights, 1 / 200", 1.0 / FanIn, Variance(Initializer.LeCun), within: 0.0005);
        notes.Right("variance of He's weights, 2 / 200", 2.0 / FanIn, Variance(Initializer.He), within: 0.0005);

        double leCun = SignalBehind(10, 100, Initializer.LeCun);
        double he = SignalBehind(10, 100, Initializer.He);
        notes.Line(FormattableString.Invariant($"signal after 10 layers of ReLU: {leCun:g3} from 1 / sqrt(n), {he:g3} from sqrt(2 / n)"));
        notes.Holds("from 1 / sqrt(n) it falls to between 1/80 and 1/16 (a factor of 1/32 is expected)", leCun is > 1.0 / 80 and < 1.0 / 16);
        notes.Holds("from sqrt(2 / n) it stays within a factor of 2", he is > 0.5 and < 2);

        static double Variance(Initializer initializer)
        {
            double[] weights = new double[FanIn * FanOut];
            initializer.Fill<double>(weights, FanIn, FanOut, Seeds.Create(29));
            return weights.Average(w => w * w);
        }
    }
}
