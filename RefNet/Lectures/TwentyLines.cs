using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>The two-layer network in twenty lines of NumPy, step by step. LECTURES Y24.</summary>
internal static class TwentyLines
{
    private const int N = 64, D = 1000, H = 100, C = 10;

    public static IEnumerable<Replay> All { get; } =
    [
        new("Y24", "S2", "a two-layer network in twenty lines",
            "64 random inputs of 1000 numbers, 100 sigmoid units, 10 outputs, squared error, rate 0.0001: NumPy from seed 0 prints these losses.", compute: Losses),
    ];

    // The first 101 of the 2000 steps; the loss follows in the same way afterwards, and a test runs to the end.
    private static void Losses(Notes notes)
    {
        NumpyRandom numpy = new(0);
        Tensor<double> x = numpy.Normal(N, D);
        Tensor<double> y = numpy.Normal(N, C);
        Dense<double> first = new(D, H, useBias: false), second = new(H, C, useBias: false);
        Sequential<double> network = new(first, new Sigmoid<double>(), second);
        SetToTranspose(first.Parameters[0].Value, numpy.Normal(D, H));
        SetToTranspose(second.Parameters[0].Value, numpy.Normal(H, C));

        // The slide sums over the samples; RefNet takes the mean.
        StochasticGradientDescent<double> descent = new(network.Parameters, N * 1e-4);
        MeanSquaredError<double> loss = new();
        Dictionary<int, double> printed = new() { [0] = 24635.8935, [1] = 17744.7521, [100] = 2383.1556 };
        for (int t = 0; t <= 100; t++)
        {
            double sum = N * loss.Forward(network.Forward(x, Mode.Train), y);
            if (printed.TryGetValue(t, out double expected))
                notes.Right($"loss at t = {t}", expected, sum, within: 1e-4);
            network.ClearGradients();
            network.Backward(loss.Backward(), needsInputGradient: false);
            descent.Step();
        }
    }

    private static void SetToTranspose(Tensor<double> weight, Tensor<double> w)
    {
        for (int i = 0; i < weight.Shape[0]; i++)
        {
            for (int j = 0; j < weight.Shape[1]; j++)
                weight[i, j] = w[j, i];
        }
    }
}
