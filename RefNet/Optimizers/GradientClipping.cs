using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>
/// Limits the norm of the gradient of all parameters together to c: g ← g min(1, c / ‖g‖), with ‖g‖² = Σ g² over
/// the elements of all parameters. Pascanu, Mikolov and Bengio 2013, algorithm 1.
/// </summary>
/// <remarks>
/// The direction does not change. The penalty of weight decay, which an optimiser adds later, is not in g. A gradient
/// whose norm is not finite is left unchanged: the loss will show it. Frozen parameters are not included.
/// </remarks>
public sealed class GradientClipping<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IReadOnlyList<Parameter<T>> parameters;
    private readonly T largest;
    private readonly Tensor<T>?[] rows; // each gradient as a row
    private readonly Tensor<T> square = new(new Shape(1, 1));

    /// <summary>Creates the clipping.</summary>
    /// <param name="parameters">The parameters whose gradients are clipped.</param>
    /// <param name="largestNorm">c, above 0, in the unit of g.</param>
    public GradientClipping(IReadOnlyList<Parameter<T>> parameters, double largestNorm)
    {
        if (!(largestNorm > 0 && double.IsFinite(largestNorm)))
            throw new ArgumentOutOfRangeException(nameof(largestNorm), largestNorm, "The largest norm must be a finite number above 0.");
        (this.parameters, largest, rows) = (parameters, T.CreateChecked(largestNorm), new Tensor<T>?[parameters.Count]);
    }

    /// <summary>Clips the gradients.</summary>
    /// <returns>‖g‖ before.</returns>
    public T Clip()
    {
        square[0] = T.Zero;
        for (int p = 0; p < parameters.Count; p++)
        {
            if (parameters[p].IsFrozen)
                continue;
            Tensor<T> g = rows[p] ??= parameters[p].Gradient.Reshape(new Shape(1, parameters[p].Count));
            parameters[p].Backend.AddProduct(g, new Factor<T>(g, IsTransposed: true), square); // ‖g‖² += g gᵀ
        }

        T norm = T.Sqrt(square[0]);
        for (int p = 0; p < parameters.Count && norm > largest && T.IsFinite(norm); p++)
        {
            if (!parameters[p].IsFrozen)
                parameters[p].Backend.Scale(parameters[p].Gradient, largest / norm);
        }

        return norm;
    }
}
