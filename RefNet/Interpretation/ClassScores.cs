using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Interpretation;

/// <summary>
/// The scores S_c(x) of the classes of a network, and the backward pass from them to x. They are its logits: of a network that ends in a softmax, the
/// input of the softmax, since the gradient of a probability near 1 vanishes and depends on all classes; of one that ends in distances, which are
/// penalties, S_c = -y_c. Simonyan et al. 2014, section 2; LECTURES V8, X27.
/// </summary>
/// <remarks>
/// Passes are in Evaluate. The network is unchanged, except for the memory of its last pass: parameters, buffers, frozen layers, and, unless the owner
/// froze layers, parameter gradients, which a pass through a frozen layer clears.
/// </remarks>
public sealed class ClassScores<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Layer<T> logits;
    private readonly T sign;

    /// <summary>Finds the scores of a network.</summary>
    /// <exception cref="InputException">The network is not a classifier of images.</exception>
    public ClassScores(Network<T> network)
    {
        Shape output = network.OutputShape(network.InputShape);
        if (output.Count != output[0])
            throw new InputException($"Expected a network whose output is one score per class; found one with output {output}.");
        Network = network;
        Classes = output.Count;
        logits = network.Trunk().Last(place => place.Layer is not Softmax<T>).Layer;
        sign = logits is EuclideanRadialBasis<T> ? -T.One : T.One;
    }

    /// <summary>The network.</summary>
    public Network<T> Network { get; }

    /// <summary>C, the number of classes.</summary>
    public int Classes { get; }

    /// <summary>S(x) of each sample.</summary>
    /// <param name="x">N images.</param>
    /// <returns>N x C, owned by the caller.</returns>
    public Tensor<T> Of(Tensor<T> x)
    {
        Network.Forward(x, Mode.Evaluate);
        Tensor<T> scores = new(new Shape(x.Shape[0], Classes), logits.Output!.Values);
        for (int i = 0; i < scores.Count; i++)
            scores.Span[i] *= sign;
        return scores;
    }

    /// <summary>exp(S_c) / sum_k exp(S_k) of each sample.</summary>
    /// <param name="x">N images.</param>
    /// <returns>N x C, owned by the caller.</returns>
    public Tensor<T> Probabilities(Tensor<T> x)
    {
        Tensor<T> scores = Of(x), p = new(scores.Shape);
        Network.Backend.Softmax(scores, p);
        return p.Clone();
    }

    /// <summary>The class with the largest score, for each sample; the first of equal ones.</summary>
    /// <param name="x">N images.</param>
    public int[] Decide(Tensor<T> x)
    {
        Tensor<T> scores = Of(x);
        return [.. Enumerable.Range(0, x.Shape[0]).Select(n => LargestOf(scores.Sample(n)))];
    }

    /// <summary>Carries dS back to x for the last pass. Afterwards the <c>OutputGradient</c> of the layers on the way can be read.</summary>
    /// <param name="dS">N x C.</param>
    /// <param name="rule">The rule for ReLUs.</param>
    /// <returns>In the shape of x, owned by the caller.</returns>
    public Tensor<T> Backward(Tensor<T> dS, ReLURule rule = ReLURule.Gradient)
    {
        Tensor<T> dY = new(logits.Output!.Shape, dS.Values);
        for (int i = 0; i < dY.Count; i++)
            dY.Span[i] *= sign;
        using LookingPass<T> pass = new(Network, rule);
        return Network.BackwardFrom(logits, dY).Clone();
    }

    /// <summary>dS_c/dx of each sample: a forward pass, then a backward pass from a one-hot gradient at the scores (X27).</summary>
    /// <param name="x">N images.</param>
    /// <param name="c">The class, from 0.</param>
    /// <param name="rule">The rule for ReLUs.</param>
    /// <returns>In the shape of x, owned by the caller.</returns>
    public Tensor<T> Gradient(Tensor<T> x, int c, ReLURule rule = ReLURule.Gradient)
    {
        if (c < 0 || c >= Classes)
            throw new InputException(Invariant($"Expected a class from 0 to {Classes - 1}; found {c}."));
        Of(x);
        Tensor<T> dS = new(new Shape(x.Shape[0], Classes));
        for (int n = 0; n < x.Shape[0]; n++)
            dS[n, c] = T.One;
        return Backward(dS, rule);
    }

    internal static int LargestOf(ReadOnlySpan<T> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[largest])
                largest = i;
        }

        return largest;
    }
}
