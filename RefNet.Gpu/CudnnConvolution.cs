using System.Numerics;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>A convolution of cuDNN, by algorithms that give the same bits each time; what it has none for is computed by columns.</summary>
internal sealed class CudnnConvolution<T>(
    CudaBackend<T> backend, CudnnPlans<T> plans, ConvolutionGeometry geometry, int groups, IConvolution<T> byColumns) : IConvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        if (PlanFor(x, y)?.Forward is not { } step)
        {
            byColumns.Forward(x, w, b, y);
            return;
        }

        step.Run(backend.Read(x), backend.Read(w), backend.Write(y));                  // Y = W X
        if (b is not null)
            backend.AddBias(b, y);                                                     // Y += b 1ᵀ
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        if (PlanFor(x, dY)?.WeightGradient is { } step)
            step.Run(backend.Read(x), backend.Read(dY), backend.Change(dW), adds: true);   // dW += dY Xᵀ
        else
            byColumns.AddWeightGradient(x, dY, dW);
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        if (PlanFor(dX, dY)?.InputGradient is { } step)
            step.Run(backend.Read(w), backend.Read(dY), backend.Write(dX));            // dX = Wᵀ dY
        else
            byColumns.InputGradient(w, dY, dX);
    }

    private CudnnPlan<T>? PlanFor(Tensor<T> x, Tensor<T> y) => plans.Find(geometry, groups, x.Shape, y.Shape);
}
