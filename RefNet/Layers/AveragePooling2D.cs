using System.Numerics;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Average pooling: y(i,j) is the mean of x over a window, samples of shape C x H x W -> C x H' x W'. LeCun et al. 1990;
/// LECTURES L8, X12, Y8.
/// </summary>
/// <remarks>
/// The zeros of the padding count in the mean by default, as in PyTorch and Caffe; <c>countPadding: false</c> leaves them out.
/// Loops: ReferenceAveragePooling.
/// </remarks>
public sealed class AveragePooling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool countPadding;
    private readonly PerBackend<T, IPooling<T>> means;

    /// <summary>Creates a layer with square windows, which do not overlap unless a stride is given, and the same padding on all sides.</summary>
    /// <param name="size">K, 1 or more.</param>
    /// <param name="stride">S, 1 or more; K by default.</param>
    /// <param name="padding">P, 0 or more and below K.</param>
    /// <param name="rounding">What to do where the last window does not end at the border. Ceiling gives the sizes of
    /// Caffe and of PyTorch's ceil_mode; cells beyond the padding never count.</param>
    /// <param name="countPadding">Whether the zeros of the padding count in the mean.</param>
    public AveragePooling2D(int size, int? stride = null, int padding = 0, Rounding rounding = Rounding.Exact, bool countPadding = true)
        : this(PoolingGeometry.Square(size, stride, padding) with { Rounding = rounding }, countPadding) { }

    /// <summary>Creates a layer.</summary>
    /// <param name="geometry">Size, stride and padding of the windows.</param>
    /// <param name="countPadding">Whether the zeros of the padding count in the mean.</param>
    public AveragePooling2D(PoolingGeometry geometry, bool countPadding = true)
    {
        Geometry = geometry;
        this.countPadding = countPadding;
        means = new(backend => backend.AveragePooling(geometry, countPadding));
    }

    /// <summary>Size, stride and padding of the windows.</summary>
    public PoolingGeometry Geometry { get; }

    /// <summary>Whether the zeros of the padding count in the mean.</summary>
    public bool CountsPadding => countPadding;

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        Geometry.Problem(input) is { } problem ? throw Unfit(problem, input) : Geometry.Output(input, input[0]);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((long)Geometry.Cells * OutputShape(input).Count, 0);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode) => means.On(Backend).Forward(x, y); // y = (sum of the window) / m

    // y = (1/m) sum over the window of x, so x contributes to each window that contains it with slope 1/m:
    // (1) dx = sum over those windows of dy / m

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            means.On(Backend).Backward(x, y, dY, dX); // (1)
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, CSharp.Code(Geometry), CSharp.Option("countPadding", countPadding, true));
}
