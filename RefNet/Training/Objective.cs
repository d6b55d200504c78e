using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Regularizers;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>
/// What training minimises: the loss of a network's outputs, plus the weighted losses of its side heads, plus a penalty on its
/// weights. It computes the value and the gradients of all parameters; a <see cref="Trainer{T}"/> takes the step.
/// </summary>
public sealed class Objective<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Regularizer<T>? regularizer;
    private readonly SideHead<T>[] sideHeads;
    private readonly Loss<T>[] sideLosses;

    /// <summary>Creates an objective.</summary>
    /// <param name="network">The network.</param>
    /// <param name="createLoss">Creates the loss; each side head has its own.</param>
    /// <param name="regularizer">The penalty, or null.</param>
    public Objective(Network<T> network, Func<Loss<T>> createLoss, Regularizer<T>? regularizer = null)
    {
        Network = network;
        Loss = createLoss();
        this.regularizer = regularizer;
        sideHeads = [.. network.Walk().Select(place => place.Layer).OfType<SideHead<T>>()];
        sideLosses = [.. sideHeads.Select(_ => createLoss())];
    }

    /// <summary>The network.</summary>
    public Network<T> Network { get; }

    /// <summary>The loss of the outputs of the network.</summary>
    public Loss<T> Loss { get; }

    /// <summary>Sets the gradients of all parameters to those of the objective of a batch.</summary>
    /// <returns>The objective of the batch, a mean over its samples, and the number of wrong samples (null where the outputs are not classes).</returns>
    public (T Loss, int? Errors) ComputeGradients(Tensor<T> x, Targets<T> target)
    {
        (T value, int? errors) = ComputeGradients(x, target, share: T.One, add: false);
        return (value + AddPenalty(), errors);
    }

    /// <summary>
    /// The same, without the penalty, for a part of a batch: gradients are multiplied by the part's share of the
    /// <see cref="Loss{T}.TotalWeight"/> of the batch, and added to those of earlier parts. The loss is the mean over the part.
    /// </summary>
    /// <param name="x">The samples of the part.</param>
    /// <param name="target">Their targets.</param>
    /// <param name="share">The part's share.</param>
    /// <param name="add">Whether there were earlier parts.</param>
    internal (T Loss, int? Errors) ComputeGradients(Tensor<T> x, Targets<T> target, T share, bool add)
    {
        Tensor<T> y = Network.ForwardForTraining(x);
        Loss.Backend = Network.Backend;
        T value = Loss.Forward(y, target);
        int? errors = Loss.CountErrors(y, target);
        for (int i = 0; i < sideHeads.Length; i++)
        {
            T weight = T.CreateChecked(sideHeads[i].Weight);
            sideLosses[i].Backend = Network.Backend;
            value += weight * sideLosses[i].Forward(sideHeads[i].HeadOutput, target);
            sideHeads[i].HeadGradient = Scaled(sideLosses[i].Backward(), weight * share);
        }

        if (!add)
            Network.ClearGradients(); // only now: their memory is then still in the cache when they are added
        Network.AddParameterGradients(Scaled(Loss.Backward(), share));
        return (value, errors);
    }

    /// <summary>Adds the gradient of the penalty to those of the weights.</summary>
    /// <returns>The penalty; 0 where there is none.</returns>
    internal T AddPenalty()
    {
        if (regularizer is null)
            return T.Zero;
        regularizer.Backward(Network.Parameters);
        return regularizer.Forward(Network.Parameters);
    }

    private Tensor<T> Scaled(Tensor<T> gradient, T factor)
    {
        if (factor != T.One)
            Network.Backend.Scale(gradient, factor);
        return gradient;
    }
}
