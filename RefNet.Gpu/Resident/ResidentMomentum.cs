using System.Numerics;
using RefNet.Optimizers;

namespace RefNet.Gpu.Resident;

/// <summary>The steps of <see cref="Momentum{T}"/> on a device, where the velocities live.</summary>
public sealed class ResidentMomentum<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ResidentNetwork<T> network;
    private readonly Momentum<T> settings;
    private readonly T mu;
    private readonly T twoLambda;
    private readonly List<DeviceTensor<T>> velocities = [];

    /// <summary>Takes charge of the parameters of a network, with all velocities at zero.</summary>
    /// <param name="network">What to change; it must outlive this.</param>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="momentum">μ, from 0 to below 1.</param>
    /// <param name="weightDecay">λ of the L2 penalty, 0 or more.</param>
    public ResidentMomentum(ResidentNetwork<T> network, double learningRate, double momentum = 0.9, double weightDecay = 0)
    {
        settings = new Momentum<T>([], learningRate, momentum, weightDecay); // which knows the ranges
        this.network = network;
        mu = T.CreateChecked(momentum);
        twoLambda = T.CreateChecked(2 * weightDecay);
        try
        {
            foreach (ResidentParameter<T> parameter in network.Parameters)
            {
                velocities.Add(network.Device.Allocate(parameter.Value.Shape));
                network.Device.Clear(velocities[^1]);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How far a step goes, above 0.</summary>
    public double LearningRate
    {
        get => settings.LearningRate;
        set => settings.LearningRate = value;
    }

    /// <summary>Changes every parameter by its gradient, which stays as it is.</summary>
    public void Step()
    {
        for (int p = 0; p < velocities.Count; p++)
        {
            ResidentParameter<T> parameter = network.Parameters[p];
            network.Device.MomentumStep(
                parameter.Gradient, velocities[p], parameter.Value, mu, T.CreateChecked(LearningRate), parameter.IsWeight ? twoLambda : T.Zero);
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (DeviceTensor<T> velocity in velocities)
            velocity.Dispose();
    }
}
