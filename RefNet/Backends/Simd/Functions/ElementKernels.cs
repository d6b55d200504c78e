using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RefNet.Backends.Simd;

/// <summary>
/// The fast implementations that <see cref="ElementKernel"/> can name, for a run of elements at a time; any other
/// function is computed by its own methods, element by element.
/// </summary>
internal static class ElementKernels
{
    /// <summary>LeCun's A: A tanh(S x) is 1 at 1 and -1 at -1.</summary>
    public const double Amplitude = 1.7159;

    /// <summary>LeCun's S.</summary>
    public const double InputFactor = 2.0 / 3;

    /// <summary>y = f(x).</summary>
    public static void Value<T>(IElementFunction<T> f, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T parameter = T.CreateChecked(f.Kernel.Parameter);
        switch (f.Kernel.Function)
        {
            case ElementFunction.ReLU:
                TensorPrimitives.Max(x, T.Zero, y);
                break;
            case ElementFunction.LeakyReLU:
                ScaleUnlessPositive(x, x, parameter, y);
                break;
            case ElementFunction.Elu:
                for (int i = 0; i < x.Length; i++)
                    y[i] = x[i] > T.Zero ? x[i] : parameter * T.ExpM1(x[i]);
                break;
            case ElementFunction.Tanh:
                VectorMath.Tanh(x, y);
                break;
            case ElementFunction.ScaledTanh:
                TensorPrimitives.Multiply(x, T.CreateChecked(InputFactor), y);
                VectorMath.Tanh(y, y);
                TensorPrimitives.Multiply(y, T.CreateChecked(Amplitude), y);
                break;
            case ElementFunction.Sigmoid:
                VectorMath.Sigmoid(x, y);
                break;
            case ElementFunction.Softplus:
                for (int i = 0; i < x.Length; i++)
                    y[i] = T.Max(T.Zero, x[i]) + T.LogP1(T.Exp(-T.Abs(x[i]))); // the exponential never overflows
                break;
            case ElementFunction.InversePower:
                TensorPrimitives.Max(x, T.Zero, y);
                TensorPrimitives.LogP1(y, y);
                TensorPrimitives.Multiply(y, -parameter, y);
                TensorPrimitives.Exp(y, y);
                break;
            default:
                for (int i = 0; i < x.Length; i++)
                    y[i] = f.Value(x[i]);
                break;
        }
    }

    /// <summary>dX = dY f'(x), where y = f(x).</summary>
    public static void Gradient<T>(IElementFunction<T> f, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T parameter = T.CreateChecked(f.Kernel.Parameter);
        switch (f.Kernel.Function)
        {
            case ElementFunction.ReLU:
                WherePositive(y, dY, dX);
                break;
            case ElementFunction.LeakyReLU:
                ScaleUnlessPositive(x, dY, parameter, dX);
                break;
            case ElementFunction.Elu:
                for (int i = 0; i < x.Length; i++)
                    dX[i] = dY[i] * (x[i] > T.Zero ? T.One : y[i] + parameter); // α exp(x) = y + α
                break;
            case ElementFunction.Tanh:
                Slopes.Gradient<T, Slopes.Tanh<T>>(y, dY, dX);
                break;
            case ElementFunction.ScaledTanh:
                Slopes.Gradient<T, Slopes.ScaledTanh<T>>(y, dY, dX);
                break;
            case ElementFunction.Sigmoid:
                Slopes.Gradient<T, Slopes.Sigmoid<T>>(y, dY, dX);
                break;
            case ElementFunction.Softplus:
                for (int i = 0; i < x.Length; i++)
                    dX[i] = dY[i] / (T.One + T.Exp(-x[i]));
                break;
            case ElementFunction.InversePower:
                for (int i = 0; i < x.Length; i++)
                    dX[i] = x[i] < T.Zero ? T.Zero : -parameter * dY[i] * y[i] / (T.One + x[i]);
                break;
            default:
                for (int i = 0; i < x.Length; i++)
                    dX[i] = dY[i] * f.Slope(x[i], y[i]);
                break;
        }
    }

    // c = b where a > 0, and s b elsewhere
    private static void ScaleUnlessPositive<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, T s, Span<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= c.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> value = new(b[i..]);
            Vector.ConditionalSelect(Vector.GreaterThan(new Vector<T>(a[i..]), Vector<T>.Zero), value, value * s).CopyTo(c[i..]);
        }

        for (; i < c.Length; i++)
            c[i] = a[i] > T.Zero ? b[i] : s * b[i];
    }

    // c = b [a > 0]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WherePositive<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T firstA = ref MemoryMarshal.GetReference(a), firstB = ref MemoryMarshal.GetReference(b), firstC = ref MemoryMarshal.GetReference(c);
        int i = 0;
        for (; i <= c.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            Vector512<T> isPositive = Vector512.GreaterThan(Vector512.LoadUnsafe(ref firstA, (nuint)i), Vector512<T>.Zero);
            (isPositive & Vector512.LoadUnsafe(ref firstB, (nuint)i)).StoreUnsafe(ref firstC, (nuint)i);
        }

        for (; i < c.Length; i++)
            c[i] = a[i] > T.Zero ? b[i] : T.Zero;
    }
}
