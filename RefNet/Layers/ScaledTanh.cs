using System.Numerics;
using RefNet.Backends;

namespace RefNet.Layers;

/// <summary>
/// The squashing function of LeNet-5: y = A tanh(S x) with A = 1.7159 and S = 2/3, any shape -> the same shape, values in
/// (-A, A). LeCun et al. 1998, equation 6 and appendix A; LECTURES L9.
/// </summary>
/// <remarks>A and S are chosen so that f(1) = 1 and f(-1) = -1, where the curvature is largest: targets of +-1 can be reached.</remarks>
public sealed class ScaledTanh<T> : Activation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A, the largest output.</summary>
    public const double Amplitude = 1.7159;

    /// <summary>S, which makes the slope at the origin A S.</summary>
    public const double InputFactor = 2.0 / 3;

    private static readonly T A = T.CreateChecked(Amplitude);
    private static readonly T S = T.CreateChecked(InputFactor);
    private static readonly T SOverA = T.CreateChecked(InputFactor / Amplitude);

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Output;

    /// <inheritdoc/>
    public override ElementKernel Kernel => new(ElementFunction.ScaledTanh);

    /// <inheritdoc/>
    public override T Value(T x) => A * T.Tanh(x * S);

    // With t = tanh(S x), y = A t and dt/dx = S (1 - t²) (see Tanh):
    // (1) dy/dx = A S (1 - t²) = A S (1 - y²/A²) = (S/A) (A + y) (A - y)

    /// <inheritdoc/>
    public override T Slope(T x, T y) => SOverA * (A + y) * (A - y); // (1)
}
