using System.Numerics;
using RefNet.Layers;

namespace RefNet.Gpu.Resident;

/// <summary>A parameter of a network whose value and gradient live on a device.</summary>
public sealed class ResidentParameter<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IResidentDevice<T> device;
    private readonly Parameter<T> parameter;

    internal ResidentParameter(IResidentDevice<T> device, Parameter<T> parameter)
    {
        this.device = device;
        this.parameter = parameter;
        Value = device.Allocate(parameter.Value.Shape);
        try
        {
            Gradient = device.Allocate(parameter.Value.Shape);
            device.Upload(parameter.Value, Value);
            device.Clear(Gradient);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The parameters of a layer that has a weight, and after it a bias or none.</summary>
    internal static (ResidentParameter<T> Weight, ResidentParameter<T>? Bias) WeightAndBias(IResidentDevice<T> device, Layer<T> layer)
    {
        ResidentParameter<T> weight = new(device, layer.Parameters[0]);
        try
        {
            return (weight, layer.Parameters.Count == 1 ? null : new ResidentParameter<T>(device, layer.Parameters[1]));
        }
        catch
        {
            weight.Dispose();
            throw;
        }
    }

    /// <summary>The name that it has in the network: C1.weight.</summary>
    public string Name => parameter.Name;

    /// <summary>Whether weight decay applies to it.</summary>
    public bool IsWeight => parameter.IsWeight;

    /// <summary>The numbers.</summary>
    public DeviceTensor<T> Value { get; }

    /// <summary>The sum of what Backward has added since it was last cleared.</summary>
    public DeviceTensor<T> Gradient { get; }

    /// <summary>Copies value and gradient to the parameter of the network on the host.</summary>
    public void Download()
    {
        device.Download(Value, parameter.Value);
        device.Download(Gradient, parameter.Gradient);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Value.Dispose();
        Gradient?.Dispose();
    }
}
