using System.Numerics;
using RefNet.Backends;

namespace RefNet.Layers;

/// <summary>
/// Rectified linear unit: y = max(0, x), any shape -> the same shape. Nair and Hinton 2010; LECTURES L9, X41.
/// </summary>
/// <remarks>The slope at the kink x = 0 is taken as 0, as in PyTorch and Caffe.</remarks>
public sealed class ReLU<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override ElementKernel Kernel => new(ElementFunction.ReLU);

    /// <inheritdoc/>
    public override T Value(T x) => T.Max(x, T.Zero);

    // (1) dy/dx is 1 where x > 0 and 0 elsewhere

    /// <inheritdoc/>
    public override T Slope(T x, T y) => x > T.Zero ? T.One : T.Zero; // (1)
}
