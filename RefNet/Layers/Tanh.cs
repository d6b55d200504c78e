using System.Numerics;
using RefNet.Backends;

namespace RefNet.Layers;

/// <summary>
/// Hyperbolic tangent: y = tanh x, any shape -> the same shape, values in (-1, 1). LeCun, Bottou, Orr and Müller 1998,
/// "Efficient BackProp", section 4.4; LECTURES L9.
/// </summary>
/// <remarks>Unlike <see cref="Sigmoid{T}"/> its outputs are centred on zero, and its slope at x = 0 is 1.</remarks>
public sealed class Tanh<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Output;

    /// <inheritdoc/>
    public override ElementKernel Kernel => new(ElementFunction.Tanh);

    /// <inheritdoc/>
    public override T Value(T x) => T.Tanh(x);

    // y = sinh x / cosh x, with sinh' = cosh, cosh' = sinh:
    // (1) dy/dx = (cosh² x - sinh² x) / cosh² x = 1 - y²

    /// <inheritdoc/>
    public override T Slope(T x, T y) => T.One - y * y; // (1)
}
