using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Local contrast normalisation: v = x - M x, then y = v / max(c, σ) with σ² = M v² and c the mean of σ over the image;
/// M x is the Gaussian-weighted mean of x over a K x K neighbourhood in all maps, or in each map alone; samples of
/// shape C x H x W -> the same. Jarrett et al. 2009, section 2 (their layer N: 9 x 9, deviation 1.591); LECTURES L10.
/// </summary>
/// <remarks>
/// The first step is subtractive, the second divisive normalisation. The weights sum to 1 at every position: at the
/// border they are divided by the sum of those inside. Each map has its own σ and c, or across maps all share one. An
/// image without contrast, σ = 0 everywhere, gives y = 0.
/// Loops: ReferenceBackend.Numbers.
/// </remarks>
public sealed class ContrastNormalization<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int channels;
    private readonly int size;
    private readonly double deviation;
    private readonly bool acrossMaps;
    private readonly GaussianMean<T> gaussian; // M: G means, one for each map or one for all

    // Saved by Forward for Backward
    private Tensor<T>? v;       // N x C x H x W
    private Tensor<T>? divisor; // max(c, σ): N x G x H x W
    private Tensor<T>? sigma;   // N x G x H x W

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">C, 1 or more.</param>
    /// <param name="size">K, odd, 1 or more.</param>
    /// <param name="deviation">The standard deviation of the Gaussian in pixels, above 0.</param>
    /// <param name="acrossMaps">Whether means run over all maps, as in the paper, or over each map alone.</param>
    public ContrastNormalization(int channels, int size = 9, double deviation = 1.591, bool acrossMaps = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (size < 1 || size % 2 == 0)
            throw new ArgumentOutOfRangeException(nameof(size), size, "The window must have a middle: an odd size, 1 or more.");
        if (!(deviation > 0 && double.IsFinite(deviation)))
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "The deviation must be a finite number above 0.");

        (this.channels, this.size, this.deviation, this.acrossMaps) = (channels, size, deviation, acrossMaps);
        gaussian = new GaussianMean<T>(channels, size, deviation, acrossMaps);
    }

    /// <summary>K.</summary>
    public int Size => size;

    /// <summary>The standard deviation of the Gaussian in pixels.</summary>
    public double Deviation => deviation;

    /// <summary>Whether means run over all maps.</summary>
    public bool AcrossMaps => acrossMaps;

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Output;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 3 && input[0] == channels ? input : throw Unfit($"samples of shape {channels} x rows x columns", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new(2L * size * size * input.Count, 2L * size * size * input.Count);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        Shape means = gaussian.ShapeOf(x.Shape);
        Tensor<T> mean = new(means);
        gaussian.Forward(Backend, x, mean);
        Tensor<T>.Reuse(ref v, x.Shape);
        for (int n = 0; n < x.Shape[0]; n++)
            for (int c = 0; c < channels; c++)
                TensorPrimitives.Subtract(x.Plane(n, c), mean.Plane(n, MeanOf(c)), v.PlaneSpan(n, c)); // v = x - M x

        Backend.Multiply(v, v, y);
        gaussian.Forward(Backend, y, Tensor<T>.Reuse(ref sigma, means));
        TensorPrimitives.Sqrt(sigma.Values, sigma.Span);                                               // σ = √(M v²)
        Tensor<T>.Reuse(ref divisor, means);
        for (int n = 0; n < x.Shape[0]; n++)
            for (int g = 0; g < means[1]; g++)
                TensorPrimitives.Max(sigma.Plane(n, g), MeanSigma(n, g), divisor.PlaneSpan(n, g));     // max(c, σ)
        for (int n = 0; n < x.Shape[0]; n++)
            for (int c = 0; c < channels; c++)
                Divide(v.Plane(n, c), divisor.Plane(n, MeanOf(c)), y.PlaneSpan(n, c));                 // y = v / max(c, σ)
    }

    // With D = max(c, σ), at each position p; sums over c run over the maps of one mean, and P counts the positions:
    // (1) dv = dy / D   (2) dD_p = -sum_c dy v / D² = -sum_c dv y
    // (3) dσ_p = dD_p where σ_p > c, and dc / P everywhere, where dc = sum of dD_p over the other positions
    // (4) σ² = M v², so d(σ²) = dσ / (2 σ), and dv += 2 v Mᵀ d(σ²); where σ = 0 all v in the neighbourhood are 0, and so is this
    // (5) v = x - M x, so dx = dv - Mᵀ sum_c dv

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;

        Tensor<T> dV = new(x.Shape), dSigma2 = new(sigma!.Shape), sums = new(sigma.Shape), spread = new(x.Shape);
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                Divide(dY.Plane(n, c), divisor!.Plane(n, MeanOf(c)), dV.PlaneSpan(n, c));        // (1)
                SubtractProduct(dV.Plane(n, c), y.Plane(n, c), dSigma2.PlaneSpan(n, MeanOf(c))); // (2)
            }

            for (int g = 0; g < sigma.Shape[1]; g++)
                ThroughSigma(sigma.Plane(n, g), MeanSigma(n, g), dSigma2.PlaneSpan(n, g));       // (3), (4)
        }

        gaussian.Backward(Backend, dSigma2, spread);
        Backend.Multiply(v!, spread, spread);
        Backend.Scale(spread, T.CreateChecked(2));
        Backend.Add(dV, spread, dV);                                                      // (4)
        for (int n = 0; n < x.Shape[0]; n++)
            for (int c = 0; c < channels; c++)
                TensorPrimitives.Add(sums.Plane(n, MeanOf(c)), dV.Plane(n, c), sums.PlaneSpan(n, MeanOf(c)));
        gaussian.Backward(Backend, sums, spread);
        TensorPrimitives.Subtract(dV.Values, spread.Values, dX.Span);                     // (5)
    }

    // The index of the mean of map c.
    private int MeanOf(int c) => acrossMaps ? 0 : c;

    // c of one image: the mean of σ
    private T MeanSigma(int n, int g) => TensorPrimitives.Sum(sigma!.Plane(n, g)) / T.CreateChecked(sigma.Shape[2] * sigma.Shape[3]);

    // From dD to d(σ²), in place
    private static void ThroughSigma(ReadOnlySpan<T> sigma, T c, Span<T> d)
    {
        T dC = T.Zero, two = T.CreateChecked(2);
        for (int p = 0; p < d.Length; p++)
            dC += sigma[p] > c ? T.Zero : d[p];
        for (int p = 0; p < d.Length; p++)
        {
            T dSigma = (sigma[p] > c ? d[p] : T.Zero) + dC / T.CreateChecked(d.Length); // (3)
            d[p] = sigma[p] == T.Zero ? T.Zero : dSigma / (two * sigma[p]);             // (4)
        }
    }

    private static void SubtractProduct(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> result)
    {
        for (int i = 0; i < result.Length; i++)
            result[i] -= a[i] * b[i];
    }

    private static void Divide(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> result)
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = b[i] == T.Zero ? T.Zero : a[i] / b[i];
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{channels}", CSharp.Option("size", size, 9), CSharp.Option("deviation", deviation, 1.591),
        CSharp.Option("acrossMaps", acrossMaps, true));
}
