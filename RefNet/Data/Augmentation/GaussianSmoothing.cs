using RefNet.Backends.Simd;

namespace RefNet.Data.Augmentation;

/// <summary>
/// y = G_σ * x on a plane, with 0 outside: first along columns, then along rows, which equals the two-dimensional filter. Weights
/// exp(-d² / 2σ²) up to d = 3σ, divided by their sum.
/// </summary>
internal sealed class GaussianSmoothing
{
    private readonly int radius;
    private readonly float[] weights;

    public GaussianSmoothing(double sigma)
    {
        radius = (int)Math.Ceiling(3 * sigma);
        double[] bell = [.. Enumerable.Range(-radius, 2 * radius + 1).Select(d => Math.Exp(-d * d / (2 * sigma * sigma)))];
        double sum = bell.Sum();
        weights = [.. bell.Select(weight => (float)(weight / sum))];
    }

    /// <summary>Smooths a plane in place.</summary>
    public void Apply(Span<float> x, int rows, int columns)
    {
        // Rows are padded with enough zeros that a sum along a row never reaches the next row: each weight is applied to all rows at once.
        int pitch = columns + radius;
        int margin = radius * pitch; // of zeros before the first row and after the last
        using Scratch<float> paddedScratch = new(rows * pitch + 2 * margin), sumScratch = new(rows * pitch);
        Span<float> padded = paddedScratch.Span, sum = sumScratch.Span;
        padded.Clear();
        for (int row = 0; row < rows; row++)
            x.Slice(row * columns, columns).CopyTo(padded[(margin + row * pitch)..]);

        Sum(padded, sum, margin, step: pitch); // along columns
        sum.CopyTo(padded[margin..]);
        Sum(padded, sum, margin, step: 1);     // along rows
        for (int row = 0; row < rows; row++)
            sum.Slice(row * pitch, columns).CopyTo(x[(row * columns)..]);
    }

    // sum_i = Σ_d weight_d padded_(i + d step)
    private void Sum(ReadOnlySpan<float> padded, Span<float> sum, int margin, int step)
    {
        sum.Clear();
        for (int d = -radius; d <= radius; d++)
            TensorPrimitives.MultiplyAdd(padded.Slice(margin + d * step, sum.Length), weights[d + radius], sum, sum);
    }
}
