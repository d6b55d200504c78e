using System.Globalization;
using MathNet.Numerics.Distributions;
using RefNet.Tensors;

namespace RefNet.Initializers;

/// <summary>
/// A random matrix Q with one row per unit, whose rows (or columns, where it has more rows than columns) are
/// orthonormal, times a gain: normal numbers, orthogonalised one vector at a time (Gram-Schmidt).
/// </summary>
internal sealed class OrthogonalInitializer(double gain) : Initializer
{
    public override void Fill<T>(Span<T> weights, Shape shape, int fanIn, int fanOut, Random random)
    {
        int rows = shape[0], columns = shape.Count / rows;
        bool isTall = rows > columns;
        double[][] vectors = Orthonormal(Math.Min(rows, columns), Math.Max(rows, columns), random);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                weights[i * columns + j] = T.CreateChecked(gain * (isTall ? vectors[j][i] : vectors[i][j]));
        }
    }

    public override void Fill<T>(Span<T> weights, int fanIn, int fanOut, Random random) =>
        throw new NotSupportedException("Orthogonal weights depend on the shape of the matrix.");

    public override string ToString() => gain == 1 ? "Orthogonal()" : string.Create(CultureInfo.InvariantCulture, $"Orthogonal({gain})");

    private static double[][] Orthonormal(int count, int dimension, Random random)
    {
        double[][] vectors = new double[count][];
        for (int i = 0; i < count; i++)
        {
            double[] vector = vectors[i] = new double[dimension];
            Normal.Samples(random, vector, 0, 1);
            // Twice: the second pass removes what rounding leaves of the earlier vectors in the first.
            for (int time = 0; time < 2; time++)
            {
                for (int earlier = 0; earlier < i; earlier++)
                    AddMultiple(-Dot(vectors[earlier], vector), vectors[earlier], vector);
            }

            double length = Math.Sqrt(Dot(vector, vector));
            for (int j = 0; j < dimension; j++)
                vector[j] /= length;
        }

        return vectors;
    }

    // Plain loops: sums of vector registers depend on their width, and weights must be the same on every machine.
    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int j = 0; j < a.Length; j++)
            sum += a[j] * b[j];
        return sum;
    }

    private static void AddMultiple(double factor, double[] a, double[] b)
    {
        for (int j = 0; j < a.Length; j++)
            b[j] += factor * a[j];
    }
}
