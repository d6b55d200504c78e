using System.Numerics;
using MathNet.Numerics.Distributions;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Verification.Cases;

/// <summary>One configuration of a layer with a batch for it.</summary>
internal abstract record LayerCase : Case
{
    /// <summary>The number of samples.</summary>
    public int Batch { get; init; } = 2;

    /// <summary>The mode of the forward passes.</summary>
    public Mode Mode { get; init; }

    /// <summary>Whether some inputs are exactly where the layer has no derivative.</summary>
    public bool AtKinks { get; init; }

    /// <summary>The shape of one sample of the input.</summary>
    public abstract Shape Input { get; }

    /// <summary>The smallest number of samples that the layer can train on.</summary>
    internal virtual int LeastBatch => 1;

    /// <summary>Whether the layer has points without a derivative.</summary>
    internal virtual bool HasKinks => false;

    /// <summary>Whether y = A x + b in this mode: then Backward must apply the transpose of A.</summary>
    internal virtual bool IsAffine => false;

    /// <summary>Creates the layer; every call gives the same one.</summary>
    public Layer<T> Create<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer<T> layer = Build<T>(Seeds.Create(Seed, 1));
        layer.Initialize(Seed);
        // Parameters that start at a constant (a bias at 0, a gamma at 1) would hide errors: randomise all of them.
        Random random = Seeds.Create(Seed, 2);
        foreach (Parameter<T> parameter in layer.Parameters)
        {
            foreach (ref T value in parameter.Value.Span)
                value += T.CreateChecked(Normal.Sample(random, 0, 0.3));
        }

        return layer;
    }

    /// <summary>A batch of standard normal inputs; every call gives the same one.</summary>
    public Tensor<T> CreateInput<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> x = RandomTensor<T>(Input.Batch(Batch), Seeds.Create(Seed, 3));
        for (int i = 0; AtKinks && i + 4 <= x.Count; i += 4)
            PutAtKink(x.Span[i..(i + 2)]);
        return x;
    }

    /// <inheritdoc/>
    public sealed override GradientReport Check()
    {
        Layer<double> layer = Create<double>();
        layer.To(Backend);
        return GradientCheck.Run(layer, CreateInput<double>(), Mode, Seed, maxEntries: int.MaxValue);
    }

    /// <inheritdoc/>
    public sealed override IEnumerable<LayerCase> Shrink()
    {
        if (Batch > LeastBatch)
            yield return this with { Batch = LeastBatch };
        if (AtKinks)
            yield return this with { AtKinks = false };
        foreach (LayerCase simpler in SimplerLayers())
            yield return simpler;
        if (Seed > 0)
            yield return this with { Seed = 0 };
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Invariant($"{Create<double>()} at {Input.Batch(Batch)}{(AtKinks ? " with kinks" : "")}, Mode.{Mode}, seed {Seed}");

    /// <summary>Creates the layer; its parameters are set afterwards.</summary>
    /// <param name="random">Random numbers for constants and buffers.</param>
    protected abstract Layer<T> Build<T>(Random random) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Moves one or both of two neighbouring inputs to a kink, or makes them equal.</summary>
    protected virtual void PutAtKink<T>(Span<T> pair) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        throw new NotSupportedException($"{Create<T>()} has no kinks.");

    /// <summary>Smaller configurations of the layer.</summary>
    protected abstract IEnumerable<LayerCase> SimplerLayers();

    /// <summary>A tensor of standard normal values.</summary>
    public static Tensor<T> RandomTensor<T>(Shape shape, Random random) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> tensor = new(shape);
        foreach (ref T value in tensor.Span)
            value = T.CreateChecked(Normal.Sample(random, 0, 1));
        return tensor;
    }
}
