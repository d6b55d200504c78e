using System.Numerics;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Trainable subsampling: y_c(i,j) = w_c s + b_c, with s the sum of a window of channel c, samples of shape C x H x W ->
/// C x H' x W'. It is LeNet-5's S2 and S4; a squashing layer follows it. LeCun et al. 1998, section II.B; LECTURES L6.
/// </summary>
/// <remarks>Two parameters a map: w has C elements, b has C elements and starts at zero.</remarks>
public sealed class Subsampling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int channels;
    private readonly PoolingGeometry geometry;
    private readonly Parameter<T> weight;
    private readonly Parameter<T> bias;

    // Saved by Forward for Backward
    private Tensor<T>? s;

    /// <summary>Makes a layer with square windows side by side.</summary>
    public Subsampling2D(int channels, int size, Random random, Initializer? initializer = null)
        : this(channels, PoolingGeometry.Square(size), random, initializer) { }

    /// <summary>Makes a layer and draws its coefficients.</summary>
    /// <param name="channels">C, 1 or more.</param>
    /// <param name="geometry">Size, stride and padding of the windows.</param>
    /// <param name="random">Where the first coefficients come from.</param>
    /// <param name="initializer">How they are spread, for a fan-in of one window; LeCun's where none is given.</param>
    public Subsampling2D(int channels, PoolingGeometry geometry, Random random, Initializer? initializer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        this.channels = channels;
        this.geometry = geometry;
        weight = new Parameter<T>("weight", new Shape(channels), isWeight: true);
        bias = new Parameter<T>("bias", new Shape(channels), isWeight: false);
        Parameters = [weight, bias];
        (initializer ?? Initializer.LeCun).Fill(weight.Value.Span, geometry.Cells, 1, random);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        geometry.Problem(input, channels) is { } problem ? throw Unfit(problem, input) : geometry.Output(input, channels);

    /// <inheritdoc/>
    public override Cost Cost(Shape input)
    {
        long outputs = OutputShape(input).Count;
        return new Cost((geometry.Cells + 1) * outputs, outputs);
    }

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        Tensor<T>.Reuse(ref s, y.Shape);

        ParallelLoop.For(x.Shape[0], (layer: this, x, y), static (n, of) => of.layer.Forward(n, of.x, of.y));
        return y;
    }

    // One sample.
    private void Forward(int n, Tensor<T> x, Tensor<T> y)
    {
        using WindowSums<T> windows = new(geometry, x.Shape[2], x.Shape[3]);
        windows.Sum(x.Sample(n), s!.Sample(n));
        for (int c = 0; c < channels; c++)
        {
            Span<T> ys = y.Plane(n, c);
            TensorPrimitives.Multiply(s.Plane(n, c), weight.Value[c], ys);
            TensorPrimitives.Add(ys, bias.Value[c], ys); // y = w s + b
        }
    }

    // y = w s + b and s is the sum of a window of x; sums run over the samples and positions of one channel:
    // (1) dw = sum of dy s   (2) db = sum of dy
    // (3) dx = sum over the windows that x lies in of w dy

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        Elementwise.SumPlaneProducts(dY, s!, weight.Gradient); // (1) dw += sum of dy s
        Elementwise.SumPlanes(dY, bias.Gradient);              // (2) db += sum of dy
        ParallelLoop.For(dY.Shape[0], (layer: this, dY, dX), static (n, of) => of.layer.SpreadGradient(n, of.dY, of.dX)); // (3)
        return dX;
    }

    // (3) of one sample.
    private void SpreadGradient(int n, Tensor<T> dY, Tensor<T> dX)
    {
        using WindowSums<T> windows = new(geometry, dX.Shape[2], dX.Shape[3]);
        using Scratch<T> dS = new(dY.Sample(n).Length);
        int plane = dS.Span.Length / channels;
        for (int c = 0; c < channels; c++)
            TensorPrimitives.Multiply(dY.Plane(n, c), weight.Value[c], dS.Span.Slice(c * plane, plane));
        windows.Spread(dS.Span, dX.Sample(n));
    }
}
