using System.Numerics;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// A function of each element, y_i = f(x_i), any shape -> the same shape. A derived layer gives f and the gradient for a
/// run of elements; this class cuts a batch into such runs and shares them between threads. LECTURES L9.
/// </summary>
public abstract class Activation<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Saved by Forward for Backward
    private Tensor<T>? x;
    private Tensor<T>? y;

    /// <inheritdoc/>
    public sealed override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public sealed override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        this.x = x;
        this.y = y;

        ParallelLoop.For(Runs.Count(x), (layer: this, x, y), static (run, of) => of.layer.Forward(of.x.Run(run), of.y.Run(run)));
        return y;
    }

    /// <inheritdoc/>
    public sealed override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        ParallelLoop.For(Runs.Count(dX), (layer: this, dY, dX), static (run, of) =>
            of.layer.Backward(of.layer.x!.Run(run), of.layer.y!.Run(run), of.dY.Run(run), of.dX.Run(run)));
        return dX;
    }

    /// <summary>Writes y = f(x), element by element; called from several threads at once.</summary>
    protected abstract void Forward(ReadOnlySpan<T> x, Span<T> y);

    /// <summary>Writes dx = f'(x) dy, element by element; called from several threads at once.</summary>
    /// <param name="x">What Forward was given.</param>
    /// <param name="y">What Forward gave: many slopes are simpler in y than in x.</param>
    /// <param name="dY">The gradient of the loss with respect to y.</param>
    /// <param name="dX">The gradient of the loss with respect to x, every element to be written.</param>
    protected abstract void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX);
}
