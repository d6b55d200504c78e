using MathNet.Numerics.LinearAlgebra;
using RefNet.Backends.Simd;

namespace RefNet.Benchmarks.Algorithms;

/// <summary>Fits the cost of each kind of step, so that work times cost approximates measured times.</summary>
internal static class CostFit
{
    private const int Kinds = 4;

    /// <summary>
    /// The non-negative costs with the least sum of squared relative errors. With only four costs, all subsets of
    /// nonzero ones can be tried.
    /// </summary>
    public static ConvolutionSteps Fit(IReadOnlyList<AlgorithmTime> times)
    {
        double[][] works = [.. times.Select(time => new[] { time.Steps.Products, time.Steps.Inputs, time.Steps.Outputs, time.Steps.Weights }.Select(steps => steps / time.Nanoseconds).ToArray())];
        double[] best = new double[Kinds];
        double least = double.PositiveInfinity;
        for (int choice = 1; choice < 1 << Kinds; choice++)
        {
            int[] kinds = [.. Enumerable.Range(0, Kinds).Where(kind => (choice >> kind & 1) != 0 && works.Any(work => work[kind] > 0))];
            if (kinds.Length == 0)
                continue;
            double[] costs = new double[Kinds];
            Matrix<double> steps = Matrix<double>.Build.Dense(works.Length, kinds.Length, (i, j) => works[i][kinds[j]]);
            Vector<double> found = steps.QR().Solve(Vector<double>.Build.Dense(works.Length, 1));
            for (int j = 0; j < kinds.Length; j++)
                costs[kinds[j]] = found[j];
            double error = works.Sum(work => Math.Pow(work.Zip(costs, (step, cost) => step * cost).Sum() - 1, 2));
            if (costs.All(cost => cost >= 0) && error < least)
                (least, best) = (error, costs);
        }

        return new ConvolutionSteps(best[0], best[1], best[2], best[3]);
    }
}
