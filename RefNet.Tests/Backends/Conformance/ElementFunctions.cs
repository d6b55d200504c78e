using System.Numerics;
using RefNet.Backends;

namespace RefNet.Tests.Backends.Conformance;

/// <summary>The functions that backends have fast implementations for, each by its formula; and x² + x, which has none.</summary>
internal sealed record KnownFunction<T>(ElementKernel Kernel) : IElementFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T A = T.CreateChecked(1.7159), S = T.CreateChecked(2.0 / 3);

    private T Parameter { get; } = T.CreateChecked(Kernel.Parameter);

    public T Value(T x) => Kernel.Function switch
    {
        ElementFunction.ReLU => T.Max(T.Zero, x),
        ElementFunction.LeakyReLU => x > T.Zero ? x : Parameter * x,
        ElementFunction.Elu => x > T.Zero ? x : Parameter * T.ExpM1(x),
        ElementFunction.Tanh => T.Tanh(x),
        ElementFunction.ScaledTanh => A * T.Tanh(S * x),
        ElementFunction.Sigmoid => T.One / (T.One + T.Exp(-x)),
        ElementFunction.Softplus => T.Max(T.Zero, x) + T.LogP1(T.Exp(-T.Abs(x))),
        ElementFunction.InversePower => x < T.Zero ? T.One : T.Pow(T.One + x, -Parameter),
        _ => x * x + x,
    };

    public T Slope(T x, T y) => Kernel.Function switch
    {
        ElementFunction.ReLU => y > T.Zero ? T.One : T.Zero,
        ElementFunction.LeakyReLU => x > T.Zero ? T.One : Parameter,
        ElementFunction.Elu => x > T.Zero ? T.One : y + Parameter,
        ElementFunction.Tanh => T.One - y * y,
        ElementFunction.ScaledTanh => S / A * (A + y) * (A - y),
        ElementFunction.Sigmoid => y * (T.One - y),
        ElementFunction.Softplus => T.One / (T.One + T.Exp(-x)),
        ElementFunction.InversePower => x < T.Zero ? T.Zero : -Parameter * y / (T.One + x),
        _ => x + x + T.One,
    };
}
