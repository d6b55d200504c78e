using System.Numerics;
using RefNet.Backends;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// A function of each element, y_i = f(x_i), any shape -> the same shape. A derived layer defines f and its
/// derivative for one number. LECTURES L9.
/// </summary>
/// <remarks>Loops: ReferenceBackend.Map.</remarks>
public abstract class Activation<T> : Layer<T>, IElementFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public sealed override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public sealed override Shape OutputShape(Shape input) => input;

    /// <summary>y = f(x).</summary>
    public abstract T Value(T x);

    /// <summary>dy/dx at x, where y = f(x): many slopes are simpler in y than in x.</summary>
    public abstract T Slope(T x, T y);

    /// <summary>The fast implementation of this function in the backends, if any.</summary>
    public virtual ElementKernel Kernel => ElementKernel.None;

    /// <inheritdoc/>
    protected sealed override void Forward(Tensor<T> x, Tensor<T> y, Mode mode) => Backend.Map(this, x, y);

    // The chain rule, element by element:
    // (1) dx_i = dy_i f'(x_i)

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is not null)
            Backend.MapGradient(this, x, y, dY, dX); // (1)
    }
}
