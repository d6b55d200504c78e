using System.Numerics;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>A network with its loss: forward, loss, backward.</summary>
public sealed class Learner<T>(Sequential<T> network, ClassificationLoss<T> loss) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The network.</summary>
    public Sequential<T> Network => network;

    /// <summary>Sets the gradients of all parameters to those of the loss of a batch, times <paramref name="share"/>.</summary>
    /// <returns>The loss of the batch, its mean over the samples, and the number of samples that were wrong.</returns>
    internal (T Loss, int Errors) ComputeGradients(Batch<T> batch, T share)
    {
        Tensor<T> y = network.Forward(batch.Images, Mode.Train);
        T batchLoss = loss.Forward(y, batch.Targets);
        int errors = 0;
        for (int n = 0; n < batch.Count; n++)
        {
            if (loss.Decide(y.Sample(n)) != batch.Labels[n])
                errors++;
        }

        Tensor<T> dY = loss.Backward();
        if (share != T.One)
            Elementwise.Scale(dY, share);
        network.ClearGradients();
        network.BackwardToParameters(dY);
        return (batchLoss, errors);
    }
}
