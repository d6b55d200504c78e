using System.Numerics;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Trainable subsampling: y_c(i,j) = w_c s + b_c, with s the sum of a window of channel c, samples of shape C x H x W ->
/// C x H' x W'. LeNet-5's S2 and S4, each followed by a squashing layer. LeCun et al. 1998, section II.B; LECTURES L6.
/// </summary>
/// <remarks>
/// Two parameters per map: w has C elements, b has C elements and starts at zero.
/// Loops: ReferenceSumPooling, ReferenceBackend.Channels, ReferenceBackend.Bias.
/// </remarks>
public sealed class Subsampling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int channels;
    private readonly Initializer initializer;
    private readonly PerBackend<T, IPooling<T>> sums;
    private readonly Parameter<T> weight;
    private readonly Parameter<T> bias;

    // Saved by Forward for Backward
    private Tensor<T>? s;
    private Tensor<T>? dS;

    /// <summary>Creates a layer with square windows that do not overlap.</summary>
    public Subsampling2D(int channels, int size, Initializer? initializer = null)
        : this(channels, PoolingGeometry.Square(size), initializer) { }

    /// <summary>Creates a layer.</summary>
    /// <param name="channels">C, 1 or more.</param>
    /// <param name="geometry">Size, stride and padding of the windows.</param>
    /// <param name="initializer">How the initial coefficients are drawn, for a fan-in of one window; LeCun's by default.</param>
    public Subsampling2D(int channels, PoolingGeometry geometry, Initializer? initializer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        this.channels = channels;
        Geometry = geometry;
        this.initializer = initializer ?? Initializer.LeCun;
        sums = new(backend => backend.SumPooling(geometry));
        weight = new Parameter<T>("weight", new Shape(channels), this.initializer, fanIn: geometry.Cells, fanOut: 1);
        bias = new Parameter<T>("bias", new Shape(channels), isWeight: false);
        Parameters = [weight, bias];
    }

    /// <summary>Size, stride and padding of the windows.</summary>
    public PoolingGeometry Geometry { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        Geometry.Problem(input, channels) is { } problem ? throw Unfit(problem, input) : Geometry.Output(input, channels);

    /// <inheritdoc/>
    public override Cost Cost(Shape input)
    {
        long outputs = OutputShape(input).Count;
        return new Cost((Geometry.Cells + 1) * outputs, outputs);
    }

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        Tensor<T>.Reuse(ref s, y.Shape);
        sums.On(Backend).Forward(x, s);                // s
        Backend.ScaleChannels(s, weight.Value, y);
        Backend.AddBias(bias.Value, y);                // y = w s + b
    }

    // y = w s + b and s is the sum of a window of x; sums run over the samples and positions of one channel:
    // (1) dw = sum of dy s   (2) db = sum of dy
    // (3) ds = w dy, and dx = sum of ds over the windows that contain x

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (!IsFrozen)
        {
            Backend.AddScaleGradient(dY, s!, weight.Gradient); // (1) dw += sum of dy s
            Backend.AddBiasGradient(dY, bias.Gradient);        // (2) db += sum of dy
        }

        if (dX is not null)
        {
            Tensor<T>.Reuse(ref dS, dY.Shape);
            Backend.ScaleChannels(dY, weight.Value, dS);
            sums.On(Backend).Backward(x, s!, dS, dX);          // (3)
        }
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{channels}", CSharp.Code(Geometry), CSharp.Option("initializer", initializer, Initializer.LeCun));
}
