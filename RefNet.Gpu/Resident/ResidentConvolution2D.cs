using System.Numerics;
using RefNet.Layers;

namespace RefNet.Gpu.Resident;

/// <summary>The passes of <see cref="Convolution2D{T}"/> on a device.</summary>
internal sealed class ResidentConvolution2D<T> : ResidentLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IResidentConvolution<T> products;
    private readonly ResidentParameter<T> weight;
    private readonly ResidentParameter<T>? bias;

    // Saved by Forward for Backward
    private DeviceTensor<T>? x;

    public ResidentConvolution2D(IResidentDevice<T> device, Convolution2D<T> layer) : base(device, layer)
    {
        products = device.Convolution(layer.Geometry, layer.Groups);
        (weight, bias) = ResidentParameter<T>.WeightAndBias(device, layer);
        Parameters = bias is null ? [weight] : [weight, bias];
    }

    public override IReadOnlyList<ResidentParameter<T>> Parameters { get; }

    public override DeviceTensor<T> Forward(DeviceTensor<T> x)
    {
        DeviceTensor<T> y = OutputFor(x);
        this.x = x;

        products.Forward(x, weight.Value, bias?.Value, y);   // Y = W X + b 1ᵀ
        return y;
    }

    public override DeviceTensor<T> Backward(DeviceTensor<T> dY)
    {
        BackwardToParameters(dY);
        DeviceTensor<T> dX = InputGradientFor(dY);
        products.InputGradient(weight.Value, dY, dX);        // (3) dX = Wᵀ dY
        return dX;
    }

    public override void BackwardToParameters(DeviceTensor<T> dY)
    {
        CheckOutputGradient(dY);
        products.AddWeightGradient(x!, dY, weight.Gradient); // (1) dW += dY Xᵀ
        if (bias is not null)
            Device.AddBiasGradient(dY, bias.Gradient);       // (2) db += dY 1
    }
}
