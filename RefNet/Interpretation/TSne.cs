using RefNet.Randomness;
using static System.FormattableString;

namespace RefNet.Interpretation;

/// <summary>
/// t-SNE: an embedding in the plane in which neighbouring rows of a table of features stay neighbours. With p_ij, the probability that i and j are neighbours under a Gaussian whose
/// width gives each row the same effective number of neighbours (the perplexity), and q_ij ∝ 1 / (1 + |y_i - y_j|²), it minimises C = sum_ij p_ij log(p_ij / q_ij). Van der Maaten
/// and Hinton 2008, equations 1, 4 and 5; LECTURES V2.
/// </summary>
/// <remarks>
/// Exact: time and memory grow as N². Distances between clusters and their sizes mean little. The initial points are drawn from the seed, with momentum and early
/// exaggeration as in the paper's section 3.4.
/// </remarks>
public static class TSne
{
    private const int EarlySteps = 100;
    private const double Exaggeration = 4, FirstDeviation = 1e-4;

    /// <summary>Embeds the rows of a table.</summary>
    /// <param name="features">N x D, one row per sample; N is 4 or more.</param>
    /// <param name="perplexity">The effective number of neighbours, above 1 and below N/3; the paper uses 5 to 50.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="seed">The seed of the initial points.</param>
    /// <returns>N x 2.</returns>
    public static double[,] Of(double[,] features, double perplexity = 20, int steps = 400, int seed = 1)
    {
        int count = features.GetLength(0);
        if (!(perplexity > 1 && perplexity < count / 3.0))
            throw new ArgumentOutOfRangeException(nameof(perplexity), perplexity, Invariant($"For {count} samples the perplexity must be above 1 and below {count / 3.0}."));
        double[,] p = Neighbours(SquaredDistances(features), perplexity);
        double[,] y = new double[count, 2], velocity = new double[count, 2], gains = new double[count, 2];
        Random random = Seeds.Create(seed);
        for (int i = 0; i < count; i++)
            for (int axis = 0; axis < 2; axis++)
                (y[i, axis], gains[i, axis]) = (FirstDeviation * MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1), 1);

        double rate = Math.Max(50, count / (Exaggeration * 4));
        for (int step = 0; step < steps; step++)
        {
            double[,] gradient = Gradient(p, y, step < EarlySteps ? Exaggeration : 1);
            double momentum = step < EarlySteps ? 0.5 : 0.8;
            for (int i = 0; i < count; i++)
            {
                for (int axis = 0; axis < 2; axis++)
                {
                    // A coordinate that keeps its direction takes larger steps (Jacobs 1988).
                    bool turns = Math.Sign(gradient[i, axis]) == Math.Sign(velocity[i, axis]);
                    gains[i, axis] = Math.Max(0.01, turns ? gains[i, axis] * 0.8 : gains[i, axis] + 0.2);
                    velocity[i, axis] = momentum * velocity[i, axis] - rate * gains[i, axis] * gradient[i, axis];
                    y[i, axis] += velocity[i, axis];
                }
            }
        }

        return y;
    }

    /// <summary>C.</summary>
    internal static double Cost(double[,] p, double[,] y)
    {
        (double[,] near, double sum) = Nearness(y);
        double cost = 0;
        for (int i = 0; i < p.GetLength(0); i++)
        {
            for (int j = 0; j < p.GetLength(0); j++)
                cost += p[i, j] > 0 ? p[i, j] * Math.Log(p[i, j] * sum / near[i, j]) : 0;
        }

        return cost;
    }

    // Equation 5: dC/dy_i = 4 sum_j (p_ij - q_ij) (y_i - y_j) / (1 + |y_i - y_j|²).
    internal static double[,] Gradient(double[,] p, double[,] y, double exaggeration = 1)
    {
        int count = y.GetLength(0);
        (double[,] near, double sum) = Nearness(y);
        double[,] gradient = new double[count, 2];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                double pull = 4 * (exaggeration * p[i, j] - near[i, j] / sum) * near[i, j];
                gradient[i, 0] += pull * (y[i, 0] - y[j, 0]);
                gradient[i, 1] += pull * (y[i, 1] - y[j, 1]);
            }
        }

        return gradient;
    }

    // Equation 4 without its denominator: 1 / (1 + |y_i - y_j|²), 0 for i = j; and the sum.
    private static (double[,] Near, double Sum) Nearness(double[,] y)
    {
        double[,] near = SquaredDistances(y);
        double sum = 0;
        for (int i = 0; i < near.GetLength(0); i++)
        {
            for (int j = 0; j < near.GetLength(0); j++)
                sum += near[i, j] = i == j ? 0 : 1 / (1 + near[i, j]);
        }

        return (near, sum);
    }

    /// <summary>p_ij = (p_j|i + p_i|j) / 2N, from squared distances.</summary>
    internal static double[,] Neighbours(double[,] distances, double perplexity)
    {
        int count = distances.GetLength(0);
        double[,] p = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            double[] row = RowOf(distances, i, perplexity);
            for (int j = 0; j < count; j++)
            {
                p[i, j] += row[j] / (2 * count);
                p[j, i] += row[j] / (2 * count);
            }
        }

        return p;
    }

    /// <summary>Equation 1: p_j|i ∝ exp(-b d_ij), with the b whose entropy is log(perplexity), found by bisection.</summary>
    internal static double[] RowOf(double[,] distances, int i, double perplexity)
    {
        double[] d = [.. Enumerable.Range(0, distances.GetLength(0)).Select(j => distances[i, j])];
        double nearest = d.Where((_, j) => j != i).Min();
        double scale = d.Where((_, j) => j != i).Average() - nearest is var spread && spread > 0 ? spread : 1;
        (double low, double high) = (-20, 20); // of log(b scale)
        double[] row = [];
        for (int halving = 0; halving < 60; halving++)
        {
            double b = Math.Exp((low + high) / 2) / scale;
            row = [.. d.Select((distance, j) => j == i ? 0 : Math.Exp(-b * (distance - nearest)))];
            double sum = row.Sum();
            row = [.. row.Select(weight => weight / sum)];
            double entropy = -row.Sum(share => share > 0 ? share * Math.Log(share) : 0);
            if (entropy > Math.Log(perplexity))
                low = (low + high) / 2;
            else
                high = (low + high) / 2;
        }

        return row;
    }

    /// <summary>|x_i - x_j|² of the rows.</summary>
    internal static double[,] SquaredDistances(double[,] x)
    {
        (int count, int width) = (x.GetLength(0), x.GetLength(1));
        double[,] distances = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double sum = 0;
                for (int k = 0; k < width; k++)
                    sum += (x[i, k] - x[j, k]) * (x[i, k] - x[j, k]);
                distances[i, j] = distances[j, i] = sum;
            }
        }

        return distances;
    }
}
