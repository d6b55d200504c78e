using System.Numerics;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

/// <summary>What one Forward and one Backward of a layer gave, copied; gradients start from zero.</summary>
public sealed record LayerRun<T>(Tensor<T> Y, Tensor<T> DX, Tensor<T>[] Gradients) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static LayerRun<T> Of(Layer<T> layer, Tensor<T> x, Mode mode)
    {
        layer.ClearGradients();
        Tensor<T> y = layer.Forward(x, mode).Clone();
        Tensor<T> dX = layer.Backward(OutputGradient(y.Shape)).Clone();
        return new LayerRun<T>(y, dX, [.. layer.Parameters.Select(parameter => parameter.Gradient.Clone())]);
    }

    /// <summary>A gradient for Backward; the same for the same shape.</summary>
    public static Tensor<T> OutputGradient(Shape shape) => LayerCase.RandomTensor<T>(shape, Seeds.Create(0, 4));

    /// <summary>Asserts that another run gave the same bits.</summary>
    public void AssertIdentical(LayerRun<T> other, string what)
    {
        TensorAssert.AreIdentical(Y, other.Y, $"y {what}");
        TensorAssert.AreIdentical(DX, other.DX, $"dX {what}");
        for (int i = 0; i < Gradients.Length; i++)
            TensorAssert.AreIdentical(Gradients[i], other.Gradients[i], $"gradient of parameter {i} {what}");
    }
}
