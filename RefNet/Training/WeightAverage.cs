using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>
/// An exponential moving average of the weights of a network, including batch statistics, in a separate network,
/// which is often better than any of the networks it averages: after step t, a = Σ dᵗ⁻ⁱ θᵢ / Σ dᵗ⁻ⁱ over the steps
/// i = 1 ... t. Polyak and Juditsky 1992 with a memory of 1 / (1 - d) steps, as Szegedy et al. 2016, section 8.
/// </summary>
/// <remarks>
/// That is a ← a + s (θ - a) with s = (1 - d) / (1 - dᵗ): 1 at the first step, so that the initial weights do not
/// enter, and 1 - d in the long run. Counts of random draws are copied.
/// </remarks>
public sealed class WeightAverage<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> source;
    private readonly double decay;
    private readonly (Tensor<T> From, Tensor<T> To, bool IsCopied)[] tensors;
    private readonly Tensor<T> steps = new(new Shape(1));

    /// <summary>Creates an average.</summary>
    /// <param name="source">The network that is trained.</param>
    /// <param name="average">Another network with the same layers, on the same backend; its weights do not matter.</param>
    /// <param name="decay">d, above 0 and below 1.</param>
    public WeightAverage(Network<T> source, Network<T> average, double decay)
    {
        if (decay is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay of the average must be above 0 and below 1.");
        if (ReferenceEquals(source, average))
            throw new ArgumentException("Expected another network for the average; found the one that is trained.", nameof(average));
        (this.source, Network, this.decay) = (source, average, decay);
        tensors =
        [
            .. source.Parameters.Zip(average.Parameters, (from, to) => (from.Value, to.Value, false)),
            .. source.Buffers.Zip(average.Buffers, (from, to) => (from.Value, to.Value, from.CountsDraws)),
        ];
    }

    /// <summary>The network with the averages; before the first step, with its initial weights.</summary>
    public Network<T> Network { get; }

    /// <summary>Adds the weights after a step to the average.</summary>
    public void Update()
    {
        steps[0] += T.One; // in float it stays at 2^24, where dᵗ has long been 0
        T s = T.CreateChecked((1 - decay) / (1 - Math.Pow(decay, double.CreateChecked(steps[0]))));
        foreach ((Tensor<T> from, Tensor<T> to, bool isCopied) in tensors)
        {
            if (isCopied || steps[0] == T.One)
                source.Backend.Copy(from, to);
            else
                source.Backend.Average(to, s, T.One, from); // a = a + s (θ - a)
        }
    }

    /// <summary>Its state, by name: saved so that a run can resume.</summary>
    internal IEnumerable<(string Name, Tensor<T> Tensor, bool IsFlippedKernel)> State()
    {
        foreach ((string path, Parameter<T> parameter) in Network.NamedParameters())
            yield return ($"average.{path}", parameter.Value, parameter.IsFlippedKernel);
        foreach ((string path, Buffer<T> buffer) in Network.NamedBuffers())
            yield return ($"average.{path}", buffer.Value, false);
        yield return ("average.steps", steps, false);
    }
}
