using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace RefNet.Interpretation;

/// <summary>
/// Principal component analysis: the directions of largest variance of the rows of a table of features, and the coordinates of the rows along them. With X the table minus its
/// column means, X = U S Vᵀ; the coordinates are X V. Pearson 1901; the usual first view of the features of the last layer, LECTURES V2.
/// </summary>
/// <param name="Places">N x k: the coordinates of each row along the first k directions.</param>
/// <param name="Shares">The share of the variance along each direction.</param>
public sealed record PrincipalComponents(double[,] Places, IReadOnlyList<double> Shares)
{
    /// <summary>Analyses a table.</summary>
    /// <param name="features">N x D, one row per sample.</param>
    /// <param name="count">k, from 1 to the smaller of N and D.</param>
    public static PrincipalComponents Of(double[,] features, int count)
    {
        Matrix<double> x = Matrix<double>.Build.DenseOfArray(features);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Math.Min(x.RowCount, x.ColumnCount));
        Vector<double> mean = x.ColumnSums() / x.RowCount;
        for (int n = 0; n < x.RowCount; n++)
            x.SetRow(n, x.Row(n) - mean);

        // The eigenvectors of the smaller product: of Xᵀ X they are V, of X Xᵀ they are U, and X V = U S.
        bool isTall = x.RowCount >= x.ColumnCount;
        Evd<double> eigen = (isTall ? x.TransposeThisAndMultiply(x) : x.TransposeAndMultiply(x)).Evd(Symmetricity.Symmetric);
        double[] variances = [.. eigen.EigenValues.Select(value => Math.Max(0, value.Real))]; // ascending
        Matrix<double> vectors = eigen.EigenVectors;
        double[,] places = new double[x.RowCount, count];
        for (int k = 0; k < count; k++)
        {
            int at = variances.Length - 1 - k;
            Vector<double> along = isTall ? x * vectors.Column(at) : vectors.Column(at) * Math.Sqrt(variances[at]);
            double sign = along.AbsoluteMaximumIndex() is var largest && along[largest] < 0 ? -1 : 1; // the sign of a direction is arbitrary: the largest coordinate is made positive
            for (int n = 0; n < x.RowCount; n++)
                places[n, k] = sign * along[n];
        }

        double total = variances.Sum();
        return new PrincipalComponents(places, [.. variances.Reverse().Take(count).Select(variance => total > 0 ? variance / total : 0)]);
    }
}
