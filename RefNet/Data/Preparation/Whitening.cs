using MathNet.Numerics.LinearAlgebra;
using RefNet.Tensors;
using Matrix = MathNet.Numerics.LinearAlgebra.Matrix<double>;

namespace RefNet.Data.Preparation;

/// <summary>
/// Matrices M that make the covariance of M (x - μ) the identity. With the eigenvectors of the covariance C as columns of E, and their
/// eigenvalues d_i, which are the variances along them, C = E diag(d) Eᵀ. PCA: M = diag(1 / √(d_i + ε)) Eᵀ, the components with the largest
/// variance first. ZCA: M = E diag(1 / √(d_i + ε)) Eᵀ, which rotates the result back, so that it still looks like the image (Bell and
/// Sejnowski 1997, "The independent components of natural scenes are edge filters", equation 8; Krizhevsky 2009, appendix A). LECTURES T6.
/// </summary>
/// <remarks>With ε above 0 the variance along i becomes d_i / (d_i + ε): directions that are mostly noise are not amplified.</remarks>
internal static class Whitening
{
    /// <summary>M of PCA, row by row. Each row has the sign that makes its largest element positive.</summary>
    public static double[] Pca(Tensor<double> covariance, double epsilon)
    {
        (Matrix turned, double[] scales) = Decompose(covariance, epsilon);
        return RowByRow(Matrix.Build.DenseOfDiagonalArray(scales) * turned);
    }

    /// <summary>M of ZCA, row by row; it is symmetric.</summary>
    public static double[] Zca(Tensor<double> covariance, double epsilon)
    {
        (Matrix turned, double[] scales) = Decompose(covariance, epsilon);
        return RowByRow(turned.TransposeThisAndMultiply(Matrix.Build.DenseOfDiagonalArray(scales) * turned));
    }

    // Eᵀ and 1 / √(d + ε), the largest d first.
    private static (Matrix Transposed, double[] Scales) Decompose(Tensor<double> covariance, double epsilon)
    {
        int count = covariance.Shape[0];
        var eigen = Matrix.Build.Dense(count, count, covariance.Values.ToArray()).Evd(Symmetricity.Symmetric);
        double[] values = [.. eigen.EigenValues.Select(value => value.Real)];
        int[] order = [.. Enumerable.Range(0, count).OrderByDescending(i => values[i])];
        Matrix rows = Matrix.Build.DenseOfRowVectors(
            from i in order
            let e = eigen.EigenVectors.Column(i)
            select e * Math.Sign(e[e.AbsoluteMaximumIndex()]));
        return (rows, PreparationLearner.InverseRoots([.. order.Select(i => values[i])], epsilon));
    }

    private static double[] RowByRow(Matrix matrix) => matrix.Transpose().ToColumnMajorArray();
}
