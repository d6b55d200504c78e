using System.Numerics;
using RefNet.Initializers;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Fourier features: y_i = cos p_i and y_(m+i) = sin p_i with p_i = 2π sum_d B_id v_d, for i below m; samples of shape D -> 2 m.
/// A network that receives coordinates in this form can reproduce fine detail. Tancik et al. 2020, equation 5; LECTURES L21.
/// </summary>
/// <remarks>
/// B is drawn once from a normal distribution with standard deviation σ, in periods per unit of v, from the stream of the layer, and never trained; it is
/// a buffer, so that a checkpoint keeps it. For coordinates in 0 ... 1 a σ of about 10 suits photographs; a larger one adds noise, a smaller one blurs.
/// </remarks>
public sealed class FourierFeatures<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int inputs;
    private readonly int frequencies;
    private readonly double sigma;
    private readonly Buffer<T> b; // m x D

    /// <summary>Creates the layer.</summary>
    /// <param name="inputs">D, the number of coordinates, 1 or more.</param>
    /// <param name="frequencies">m, 1 or more; 256 in the lecture.</param>
    /// <param name="sigma">σ, the standard deviation of the frequencies, above 0.</param>
    public FourierFeatures(int inputs, int frequencies, double sigma)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(frequencies, 1);
        if (!(sigma > 0 && double.IsFinite(sigma)))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "The deviation of the frequencies must be a finite number above 0.");
        (this.inputs, this.frequencies, this.sigma) = (inputs, frequencies, sigma);
        b = new Buffer<T>("frequencies", new Shape(frequencies, inputs), Initializer.Gaussian(sigma));
        Buffers = [b];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Buffer<T>> Buffers { get; }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Output;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 1 && input[0] == inputs ? new Shape(2 * frequencies) : throw Unfit($"samples of shape {inputs}", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((long)frequencies * inputs, (long)frequencies * inputs);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        for (int n = 0; n < x.Shape[0]; n++)
        {
            ReadOnlySpan<T> v = x.Sample(n);
            Span<T> features = y.SampleSpan(n);
            for (int i = 0; i < frequencies; i++)
            {
                ReadOnlySpan<T> bi = b.Value.Sample(i);
                T p = T.Zero;
                for (int d = 0; d < inputs; d++)
                    p += bi[d] * v[d];
                p *= T.Tau; // 2π
                features[i] = T.Cos(p);
                features[frequencies + i] = T.Sin(p);
            }
        }
    }

    // v_d enters cos p_i and sin p_i of every i through p_i, and the slopes of the two are -sin p_i = -y_(m+i) and cos p_i = y_i:
    // (1) dp_i = dy_(m+i) y_i - dy_i y_(m+i)
    // (2) dv_d = sum_i 2π B_id dp_i

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;

        dX.Span.Clear();
        for (int n = 0; n < x.Shape[0]; n++)
        {
            ReadOnlySpan<T> ys = y.Sample(n), dys = dY.Sample(n);
            Span<T> dv = dX.SampleSpan(n);
            for (int i = 0; i < frequencies; i++)
            {
                T dp = dys[frequencies + i] * ys[i] - dys[i] * ys[frequencies + i]; // (1)
                ReadOnlySpan<T> bi = b.Value.Sample(i);
                for (int d = 0; d < inputs; d++)
                    dv[d] += T.Tau * bi[d] * dp; // (2)
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{inputs}", $"{frequencies}", CSharp.Code(sigma));
}
