using System.Numerics;
using RefNet.Layers;

namespace RefNet.Gpu.Resident;

/// <summary>The passes of <see cref="Dense{T}"/> on a device.</summary>
internal sealed class ResidentDense<T> : ResidentLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ResidentParameter<T> weight;
    private readonly ResidentParameter<T>? bias;

    // Saved by Forward for Backward
    private DeviceTensor<T>? x;

    public ResidentDense(IResidentDevice<T> device, Dense<T> layer) : base(device, layer)
    {
        (weight, bias) = ResidentParameter<T>.WeightAndBias(device, layer);
        Parameters = bias is null ? [weight] : [weight, bias];
    }

    public override IReadOnlyList<ResidentParameter<T>> Parameters { get; }

    public override DeviceTensor<T> Forward(DeviceTensor<T> x)
    {
        DeviceTensor<T> y = OutputFor(x);
        this.x = x;

        Device.Multiply(x, false, weight.Value, true, y);                     // Y = X Wᵀ
        if (bias is not null)
            Device.AddBias(bias.Value, y);                                    // Y += 1 bᵀ
        return y;
    }

    public override DeviceTensor<T> Backward(DeviceTensor<T> dY)
    {
        BackwardToParameters(dY);
        DeviceTensor<T> dX = InputGradientFor(dY);
        Device.Multiply(dY, false, weight.Value, false, dX);                  // (3) dX = dY W
        return dX;
    }

    public override void BackwardToParameters(DeviceTensor<T> dY)
    {
        CheckOutputGradient(dY);
        Device.Multiply(dY, true, x!, false, weight.Gradient, addToC: true);  // (1) dW += dYᵀ X
        if (bias is not null)
            Device.AddBiasGradient(dY, bias.Gradient);                        // (2) db += dYᵀ 1
    }
}
