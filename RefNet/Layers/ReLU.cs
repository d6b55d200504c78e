using System.Numerics;
using RefNet.Backends;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Rectified linear unit: y = max(0, x), any shape -> the same shape. Nair and Hinton 2010; LECTURES L9, X41.
/// </summary>
/// <remarks>
/// The slope at the kink x = 0 is taken as 0, as in PyTorch and Caffe. <see cref="ReLURule"/> lists other backward
/// rules, for visualising a network; <c>network.Backward(dY, ReLURule.Guided)</c> uses one for a single pass.
/// Loops: ReferenceBackend.Map.
/// </remarks>
public sealed class ReLU<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Tensor<T>? positive; // max(0, dY)

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Output;

    /// <inheritdoc/>
    public override ElementKernel Kernel => new(ElementFunction.ReLU);

    /// <inheritdoc/>
    public override T Value(T x) => T.Max(x, T.Zero);

    /// <inheritdoc/>
    public override T Slope(T x, T y) => y > T.Zero ? T.One : T.Zero; // (1)

    /// <summary>What Backward computes. Code that sets another rule than the gradient restores it after the pass.</summary>
    internal ReLURule Rule { get; set; }

    // (1) dy/dx is 1 where x > 0, which is where y > 0, and 0 elsewhere
    // (2) gradient: dx = dy dy/dx
    // (3) guided backpropagation: dx = max(0, dy) dy/dx
    // (4) deconvnet: dx = max(0, dy)

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (Rule == ReLURule.Gradient)
            base.Backward(x, y, dY, dX); // (2)
        else if (dX is not null && Rule == ReLURule.Deconvnet)
            Backend.Map(this, dY, dX); // (4)
        else if (dX is not null)
        {
            Backend.Map(this, dY, Tensor<T>.Reuse(ref positive, dY.Shape));
            Backend.MapGradient(this, x, y, positive, dX); // (3)
        }
    }
}
