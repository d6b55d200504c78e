using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>What dropping units or whole blocks in training requires at test time. LECTURES X25, X26.</summary>
internal static class RandomDepth
{
    public static IEnumerable<Replay> All { get; } =
    [
        new("X25", "S4", "dropout at test time",
            "At test time dropout is not applied.",
            "Without scaling, the output of a unit would then be 1 / keep times its average in training. Either the outputs are multiplied by keep at test time, as the paper does, or divided by keep in training, as RefNet does.",
            Dropped, isRemark: true),
        new("X26", "S3", "stochastic depth at test time",
            "Blocks are dropped in training, and the full network is used at test time.",
            "Each branch must be scaled at test time by its survival probability. For linear branches the scaled network is exactly the mean over all networks that training draws from; the unscaled one is not.",
            Survival),
    ];

    private static void Dropped(Notes notes)
    {
        const int Draws = 100_000;
        const double Rate = 0.3;
        Tensor<double> x = new(new Shape(1, Draws));
        x.Span.Fill(2);
        Dropout<double> dropout = new(Rate, seed: 25);
        double trained = TensorPrimitives.Sum<double>(dropout.Forward(x, Mode.Train).Values) / Draws;
        double tested = TensorPrimitives.Sum<double>(dropout.Forward(x, Mode.Evaluate).Values) / Draws;
        double unscaled = trained * (1 - Rate);

        // A draw has standard deviation 2 √(rate / keep); six of them over √n.
        double sixSigma = 6 * 2 * Math.Sqrt(Rate / (1 - Rate)) / Math.Sqrt(Draws);
        notes.Right("mean output in training, against that at test time", tested, trained, within: sixSigma);
        notes.Other("the same where training does not divide by keep", tested, unscaled, within: sixSigma);
    }

    private static void Survival(Notes notes)
    {
        const double P1 = 0.9, P2 = 0.6;
        double[] expected = new double[3];
        for (int first = 0; first <= 1; first++)
        {
            for (int second = 0; second <= 1; second++)
            {
                double probability = (first == 1 ? P1 : 1 - P1) * (second == 1 ? P2 : 1 - P2);
                double[] y = Output(first, second);
                for (int i = 0; i < 3; i++)
                    expected[i] += probability * y[i];
            }
        }

        double scaled = Output(P1, P2).Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        double full = Output(1, 1).Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        notes.Line($"mean output over the four networks of two blocks: [{string.Join(", ", expected.Select(value => FormattableString.Invariant($"{value:f4}")))}]");
        notes.Right("distance of the network with scaled branches from it", 0, scaled, within: 1e-14);
        notes.Other("distance of the full network from it", 0, full, within: 1e-3);
    }

    /// <summary>y of two residual blocks x + s W x, with W drawn from a seed.</summary>
    private static double[] Output(double firstScale, double secondScale)
    {
        Dense<double> first = new(3, 3, useBias: false), second = new(3, 3, useBias: false);
        Network<double> network = new(new Shape(3), seed: 26,
            new Sum<double>(first, new Identity<double>()), new Sum<double>(second, new Identity<double>()));
        Scale(first, firstScale);
        Scale(second, secondScale);
        return network.Forward(new Tensor<double>(new Shape(1, 3), [1, -2, 0.5]), Mode.Evaluate).Values.ToArray();

        static void Scale(Dense<double> branch, double scale)
        {
            Span<double> weight = branch.Parameters[0].Value.Span;
            TensorPrimitives.Multiply(weight, scale, weight);
        }
    }
}
