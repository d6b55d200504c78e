using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Gpu.Resident;

/// <summary>
/// Steps of gradient descent on softmax and cross-entropy, on a device: images and targets cross to it, one number comes
/// back.
/// </summary>
/// <param name="network">What learns; it must outlive this.</param>
/// <param name="optimizer">How; it must be of this network.</param>
public sealed class ResidentTrainer<T>(ResidentNetwork<T> network, ResidentMomentum<T> optimizer) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IResidentDevice<T> device = network.Device;
    private readonly Tensor<T> lossOnHost = new(new Shape(1));
    private DeviceTensor<T>? x;
    private DeviceTensor<T>? target;
    private DeviceTensor<T>? loss;
    private DeviceTensor<T>? dY;

    /// <summary>Learns from one batch.</summary>
    /// <param name="images">Samples as the network takes them.</param>
    /// <param name="targets">One row a sample: 1 at its class, 0 elsewhere.</param>
    /// <returns>The loss of the batch before the step.</returns>
    /// <exception cref="ShapeException">Images or targets do not fit the network.</exception>
    /// <exception cref="InputException">The targets of a sample do not sum to 1.</exception>
    public T Step(Tensor<T> images, Tensor<T> targets)
    {
        DeviceTensor<T> x = device.Reuse(ref this.x, images.Shape);
        DeviceTensor<T> target = device.Reuse(ref this.target, targets.Shape);
        DeviceTensor<T> loss = device.Reuse(ref this.loss, lossOnHost.Shape);
        device.Upload(images, x);
        device.Upload(targets, target);

        DeviceTensor<T> y = network.Forward(x);
        DeviceTensor<T> dY = device.Reuse(ref this.dY, y.Shape);
        device.SoftmaxCrossEntropy(y, target, loss, dY);
        CheckTargets(targets);
        network.ClearGradients();
        network.BackwardToParameters(dY);
        optimizer.Step();

        device.Download(loss, lossOnHost);
        return lossOnHost[0];
    }

    // What the loss of the engine asks of targets, while they are still on the host: kernels do not look.
    private static void CheckTargets(Tensor<T> targets)
    {
        for (int n = 0; n < targets.Shape[0]; n++)
        {
            T sum = T.Zero;
            foreach (T t in targets.Sample(n))
                sum += t;
            if (!(T.Abs(sum - T.One) <= T.CreateChecked(1e-3)))
                throw new InputException($"SoftmaxCrossEntropy: expected the targets of each sample to sum to 1 (1 at its class, 0 elsewhere); those of sample {n} sum to {sum}.");
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        x?.Dispose();
        target?.Dispose();
        loss?.Dispose();
        dY?.Dispose();
    }
}
