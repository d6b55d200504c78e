using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;

namespace RefNet.Gpu.Resident;

/// <summary>
/// A <see cref="Sequential{T}"/> whose parameters and outputs live on a device: its parameters cross once when this is
/// made, and back when <see cref="Download"/> is called.
/// </summary>
/// <remarks>Until then the network on the host keeps the parameters that it had. Not thread-safe.</remarks>
public sealed class ResidentNetwork<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Sequential<T> network;
    private readonly List<ResidentLayer<T>> layers = [];

    /// <summary>Puts a network on a device.</summary>
    /// <param name="device">Where to; it must outlive this network.</param>
    /// <param name="network">The layers, and the parameters to begin with.</param>
    /// <exception cref="InputException">There is a layer that devices do not have; the message names it.</exception>
    public ResidentNetwork(IResidentDevice<T> device, Sequential<T> network)
    {
        Device = device;
        this.network = network;
        try
        {
            foreach (Layer<T> layer in network.Layers)
                layers.Add(ResidentLayer<T>.Create(device, layer));
        }
        catch
        {
            Dispose();
            throw;
        }

        Parameters = [.. layers.SelectMany(layer => layer.Parameters)];
    }

    /// <summary>Where it is.</summary>
    public IResidentDevice<T> Device { get; }

    /// <summary>What training changes, in the order of <see cref="Block{T}.Parameters"/>.</summary>
    public IReadOnlyList<ResidentParameter<T>> Parameters { get; } = [];

    /// <summary>Computes y = f(x), whose tensor belongs to the network and holds until its next call.</summary>
    /// <param name="x">A batch on the device.</param>
    /// <exception cref="ShapeException">It is no batch of samples as the network takes them.</exception>
    public DeviceTensor<T> Forward(DeviceTensor<T> x)
    {
        if (!x.Shape.IsBatchOf(network.Input))
            throw new ShapeException(network.Name, $"a batch of samples of shape {network.Input}", x.Shape);
        foreach (ResidentLayer<T> layer in layers)
            x = layer.Forward(x);
        return x;
    }

    /// <summary>ADDS to the gradient of each parameter, for the last Forward.</summary>
    /// <param name="dY">The gradient of the loss with respect to the output of the last Forward.</param>
    public void BackwardToParameters(DeviceTensor<T> dY)
    {
        for (int i = layers.Count - 1; i > 0; i--)
            dY = layers[i].Backward(dY);
        if (layers.Count > 0)
            layers[0].BackwardToParameters(dY);
    }

    /// <summary>Sets the gradients of all parameters to zero.</summary>
    public void ClearGradients()
    {
        foreach (ResidentParameter<T> parameter in Parameters)
            Device.Clear(parameter.Gradient);
    }

    /// <summary>Copies parameters and gradients to the network on the host.</summary>
    public void Download()
    {
        foreach (ResidentParameter<T> parameter in Parameters)
            parameter.Download();
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (ResidentLayer<T> layer in layers)
            layer.Dispose();
    }
}
