using System.Numerics;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>Tests a card with the three products of a convolution of small integers, which need no rounding.</summary>
internal static class CudaCheck
{
    /// <summary>Opens the card, compiles its kernels and compares its results with those of the definition.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static string? Run(CudaProbe probe)
    {
        try
        {
            return Check<float>(probe) ?? Check<double>(probe);
        }
        catch (CudaException error)
        {
            return error.Message.TrimEnd('.');
        }
    }

    private static string? Check<T>(CudaProbe probe) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using CudaBackend<T> card = probe.OpenBackend<T>();
        return Products(card).AsSpan().SequenceEqual(Products(new ReferenceBackend<T>()))
            ? null
            : $"its products of {typeof(T).Name} are wrong";

        static T[] Products(IBackend<T> backend)
        {
            ConvolutionGeometry geometry = ConvolutionGeometry.Square(3, padding: 1);
            Tensor<T> x = Whole<T>(new Shape(2, 3, 9, 8)), w = Whole<T>(new Shape(5, 3, 3, 3)), b = Whole<T>(new Shape(5)), y = new(new Shape(2, 5, 9, 8));
            IConvolution<T> convolution = backend.Convolution(geometry, groups: 1);
            convolution.Forward(x, w, b, y);
            Tensor<T> dX = new(x.Shape), dW = new(w.Shape);
            convolution.AddWeightGradient(x, y, dW);
            convolution.InputGradient(w, y, dX);
            return [.. y.Values, .. dW.Values, .. dX.Values];
        }
    }

    // From -3 to 3: no sum above gets near 2^24.
    private static Tensor<T> Whole<T>(Shape shape) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> tensor = new(shape);
        for (int i = 0; i < tensor.Count; i++)
            tensor.Span[i] = T.CreateChecked(i * 5 % 7 - 3);
        return tensor;
    }
}
