using System.Numerics;
using RefNet.Backends;

namespace RefNet.Layers;

/// <summary>
/// Softplus: y = log(1 + exp(x)), any shape -> the same shape, values above 0. Dugas et al. 2001; LECTURES L9.
/// </summary>
/// <remarks>A smooth ReLU: its slope is the logistic sigmoid, and it differs from max(0, x) by log 2 at most, at 0.</remarks>
public sealed class Softplus<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // log(1 + e^x) = max(0, x) + log(1 + e^-|x|): the exponential never overflows.

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override ElementKernel Kernel => new(ElementFunction.Softplus);

    /// <inheritdoc/>
    public override T Value(T x) => T.Max(T.Zero, x) + T.LogP1(T.Exp(-T.Abs(x)));

    // (1) dy/dx = exp(x) / (1 + exp(x)) = 1 / (1 + exp(-x))

    /// <inheritdoc/>
    public override T Slope(T x, T y) => T.One / (T.One + T.Exp(-x)); // (1)
}
