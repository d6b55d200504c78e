using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>Activations written as a maximum. LECTURES X40.</summary>
internal static class Activations
{
    private static readonly double[] Xs = [-3, -0.5, 0, 0.5, 3];

    public static IEnumerable<Replay> All { get; } =
    [
        new("X40", "S2", "leaky ReLU and maxout as a maximum",
            "Leaky ReLU is max(0.1 x, x), maxout the maximum of two linear functions.",
            "The maximum is leaky ReLU only for slopes up to 1: with a slope above 1 it picks the other branch. Maxout takes any number k of pieces.",
            AsMaximum, isRemark: true),
    ];

    private static void AsMaximum(Notes notes)
    {
        notes.Right("leaky ReLU with slope 0.1 at -3, -0.5, 0, 0.5, 3", Maximum(0.1), Leaky(0.1));
        notes.Other("leaky ReLU with slope 2", Maximum(2), Leaky(2));

        // Three pieces for each x, next to each other: no two straight lines have this maximum.
        Tensor<double> pieces = new(new Shape(1, 3 * Xs.Length), [.. Xs.SelectMany<double, double>(x => [-x, x, 1])]);
        notes.Right("maxout of -x, x and 1", Xs.Select(x => Math.Max(Math.Abs(x), 1)).ToArray(), new Maxout<double>(pieces: 3).Forward(pieces, Mode.Evaluate).Values.ToArray());
    }

    private static double[] Maximum(double a) => [.. Xs.Select(x => Math.Max(a * x, x))];

    private static double[] Leaky(double a) => new LeakyReLU<double>(a).Forward(new Tensor<double>(new Shape(1, Xs.Length), Xs), Mode.Evaluate).Values.ToArray();
}
