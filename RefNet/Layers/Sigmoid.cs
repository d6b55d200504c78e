using System.Numerics;
using RefNet.Backends;

namespace RefNet.Layers;

/// <summary>
/// Logistic sigmoid: y = 1 / (1 + exp(-x)), any shape -> the same shape, values in (0, 1). Rumelhart, Hinton and
/// Williams 1986, equation 2; LECTURES L9, Y24.
/// </summary>
/// <remarks>The slope is 1/4 at most, at x = 0: ten sigmoids scale a gradient by at most 0.25^10 (C8).</remarks>
public sealed class Sigmoid<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Output;

    /// <inheritdoc/>
    public override ElementKernel Kernel => new(ElementFunction.Sigmoid);

    /// <inheritdoc/>
    public override T Value(T x) => T.One / (T.One + T.Exp(-x));

    // With e = exp(-x), y = 1/(1 + e):
    // (1) dy/dx = e/(1 + e)², and since 1 - y = e/(1 + e) this is y (1 - y)

    /// <inheritdoc/>
    public override T Slope(T x, T y) => (T.One - y) * y; // (1)
}
