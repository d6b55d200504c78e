using System.Numerics;
using RefNet.LinearAlgebra;

namespace RefNet.Layers;

/// <summary>
/// Hyperbolic tangent: y = tanh x, any shape -> the same shape, values in (-1, 1). LeCun, Bottou, Orr and Müller 1998,
/// "Efficient BackProp", section 4.4; LECTURES L9.
/// </summary>
/// <remarks>Unlike <see cref="Sigmoid{T}"/> it gives outputs around zero, and its slope at x = 0 is 1.</remarks>
public sealed class Tanh<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected override void Forward(ReadOnlySpan<T> x, Span<T> y) => VectorMath.Tanh(x, y);

    // y = sinh x / cosh x, with sinh' = cosh, cosh' = sinh:
    // (1) dy/dx = (cosh² x - sinh² x) / cosh² x = 1 - y²
    // (2) dx = dy (1 - y²)

    /// <inheritdoc/>
    protected override void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX)
    {
        TensorPrimitives.Multiply(y, y, dX);
        TensorPrimitives.Subtract(T.One, dX, dX); // (1) 1 - y²
        TensorPrimitives.Multiply(dX, dY, dX);    // (2)
    }
}
