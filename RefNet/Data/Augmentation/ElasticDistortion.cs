using RefNet.Backends.Simd;

namespace RefNet.Data.Augmentation;

/// <summary>
/// Distorts an image elastically: new(p) = old(p + α (G_σ * u)(p)), where u is a field of pairs of independent numbers, uniform
/// from -1 to 1 at each pixel and 0 outside the image, and G_σ a Gaussian whose weights sum to 1. Simard, Steinkraus and Platt 2003, "Best
/// practices for convolutional neural networks applied to visual document analysis", section 2, with α = 34 and σ = 4 for MNIST.
/// </summary>
/// <remarks>Away from the edges each component of the displacement has mean 0 and standard deviation α / (2 σ √(3π)) pixels, where σ is 1 or more: 1.4 for the paper's numbers.</remarks>
/// <param name="alpha">α, the strength, 0 to 10,000 pixels.</param>
/// <param name="sigma">σ, the smoothness, 0.5 to 100 pixels.</param>
public sealed class ElasticDistortion(double alpha, double sigma) : GeometricTransform
{
    private readonly float alpha = (float)Within(alpha, 0, 10_000, "The strength α in pixels");
    private readonly double sigma = Within(sigma, 0.5, 100, "The smoothness σ in pixels");
    private readonly GaussianSmoothing smoothing = new(Within(sigma, 0.5, 100, "The smoothness σ in pixels"));

    /// <inheritdoc/>
    public override void Map(ref ImageDraws draws, SamplingGrid grid)
    {
        int size = grid.Rows * grid.Columns;
        using Scratch<float> down = new(size), right = new(size), movedRow = new(size), movedColumn = new(size);
        DrawField(ref draws, down.Span, grid.Rows, grid.Columns);
        DrawField(ref draws, right.Span, grid.Rows, grid.Columns);
        // A later transform may have moved the positions between the pixels, so the field is interpolated.
        BilinearSampling.Resample(down.Span, grid, beyond: 0, movedRow.Span);
        BilinearSampling.Resample(right.Span, grid, beyond: 0, movedColumn.Span);
        TensorPrimitives.Add(grid.Row, movedRow.Span, grid.Row);
        TensorPrimitives.Add(grid.Column, movedColumn.Span, grid.Column);
    }

    /// <summary>Draws one component of the displacement of each pixel.</summary>
    internal void DrawField(ref ImageDraws draws, Span<float> field, int rows, int columns)
    {
        foreach (ref float value in field)
            value = (float)draws.Uniform(-alpha, alpha);
        smoothing.Apply(field, rows, columns);
    }

    /// <inheritdoc/>
    public override string ToString() => Text("elastic", Math.Round(alpha, 6), sigma);
}
