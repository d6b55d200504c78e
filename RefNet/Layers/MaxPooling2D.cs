using System.Numerics;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Max pooling: y_c(i,j) = the largest x_c(S i - P + u, S j - P + v) for u, v from 0 to K - 1; samples of shape C x H x W ->
/// C x H' x W'. Ranzato et al. 2007; LECTURES L7, Y8.
/// </summary>
/// <remarks>
/// Padding never wins. Of equal elements the first in row-major order wins and gets the whole gradient, as in PyTorch.
/// A NaN in a window makes its maximum NaN, and the last NaN gets the gradient.
/// Loops: ReferenceMaxPooling.
/// </remarks>
public sealed class MaxPooling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PerBackend<T, IPooling<T>> maxima;

    /// <summary>Creates a layer with square windows, which do not overlap unless a stride is given, and the same padding on all sides.</summary>
    /// <param name="size">K, 1 or more.</param>
    /// <param name="stride">S, 1 or more; K by default.</param>
    /// <param name="padding">P, 0 or more and below K.</param>
    /// <param name="rounding">What to do where the last window does not end at the border. Ceiling gives the sizes of
    /// Caffe and of PyTorch's ceil_mode, as AlexNet, GoogLeNet and SqueezeNet use.</param>
    public MaxPooling2D(int size, int? stride = null, int padding = 0, Rounding rounding = Rounding.Exact)
        : this(PoolingGeometry.Square(size, stride, padding) with { Rounding = rounding }) { }

    /// <summary>Creates a layer from the size, stride and padding of its windows.</summary>
    public MaxPooling2D(PoolingGeometry geometry)
    {
        Geometry = geometry;
        maxima = new(backend => backend.MaxPooling(geometry));
    }

    /// <summary>Size, stride and padding of the windows.</summary>
    public PoolingGeometry Geometry { get; }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        Geometry.Problem(input) is { } problem ? throw Unfit(problem, input) : Geometry.Output(input, input[0]);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((long)Geometry.Cells * OutputShape(input).Count, 0);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode) => maxima.On(Backend).Forward(x, y);

    // y is the x that won, so its slope is 1 there and 0 elsewhere:
    // (1) dx = sum over the windows that x won of dy

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            maxima.On(Backend).Backward(x, y, dY, dX); // (1)
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, CSharp.Code(Geometry));
}
