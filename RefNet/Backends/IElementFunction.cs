using System.Numerics;

namespace RefNet.Backends;

/// <summary>
/// A function of one number and its derivative: an activation. The two methods define it and are enough for every
/// backend; <see cref="Kernel"/> names the fast implementation that backends have for common functions.
/// </summary>
public interface IElementFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>y = f(x).</summary>
    T Value(T x);

    /// <summary>dy/dx at x, where y = f(x): many slopes are simpler in y than in x.</summary>
    T Slope(T x, T y);

    /// <summary>The fast implementation that may replace the two methods.</summary>
    ElementKernel Kernel => ElementKernel.None;
}

/// <summary>A function for which backends have a fast implementation.</summary>
/// <param name="Function">Which one.</param>
/// <param name="Parameter">Its parameter, if it has one: the slope of a leaky ReLU, α of an ELU, the p of a power.</param>
public readonly record struct ElementKernel(ElementFunction Function, double Parameter = 0)
{
    /// <summary>No fast implementation.</summary>
    public static ElementKernel None => default;
}

/// <summary>The functions that <see cref="ElementKernel"/> can name.</summary>
public enum ElementFunction
{
    /// <summary>Any other function.</summary>
    None,

    /// <summary>max(0, x).</summary>
    ReLU,

    /// <summary>x above 0, a x elsewhere.</summary>
    LeakyReLU,

    /// <summary>x above 0, α (exp(x) - 1) elsewhere.</summary>
    Elu,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>A tanh(S x), with LeCun's constants.</summary>
    ScaledTanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>log(1 + exp(x)).</summary>
    Softplus,

    /// <summary>(1 + x)^-p for x of 0 or more, 1 elsewhere.</summary>
    InversePower,
}
