using System.Numerics;
using MathNet.Numerics.Distributions;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

/// <summary>One configuration of a layer with a batch for it. As a record it prints itself when a property fails.</summary>
public abstract record LayerCase
{
    /// <summary>How many samples; 1 to 3.</summary>
    public int Batch { get; init; } = 2;

    /// <summary>The mode of the forward passes.</summary>
    public Mode Mode { get; init; }

    /// <summary>Where parameters and inputs come from.</summary>
    public int Seed { get; init; }

    /// <summary>The shape of one sample of the input.</summary>
    public abstract Shape Input { get; }

    /// <summary>Whether y = A x + b in this mode: then Backward is checked to be the adjoint of A.</summary>
    internal virtual bool IsAffine => false;

    /// <summary>Makes the layer; every call gives the same one.</summary>
    public Layer<T> Create<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer<T> layer = Build<T>(Seeds.Create(Seed, 1));
        // Parameters that start at a constant (a bias at 0, a gamma at 1) would hide errors: move all of them.
        Random random = Seeds.Create(Seed, 2);
        foreach (Parameter<T> parameter in layer.Parameters)
        {
            foreach (ref T value in parameter.Value.Span)
                value += T.CreateChecked(Normal.Sample(random, 0, 0.3));
        }

        return layer;
    }

    /// <summary>A batch of standard normal inputs; every call gives the same one.</summary>
    public Tensor<T> CreateInput<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        RandomTensor<T>(Input.Batch(Batch), Seeds.Create(Seed, 3));

    /// <summary>Simpler configurations that may show the same failure.</summary>
    public virtual IEnumerable<LayerCase> Shrink()
    {
        if (Batch > 1)
            yield return this with { Batch = 1 };
        if (Seed > 0)
            yield return this with { Seed = 0 };
    }

    /// <summary>Makes the layer.</summary>
    protected abstract Layer<T> Build<T>(Random random) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>A tensor of standard normal numbers.</summary>
    public static Tensor<T> RandomTensor<T>(Shape shape, Random random) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> tensor = new(shape);
        foreach (ref T value in tensor.Span)
            value = T.CreateChecked(Normal.Sample(random, 0, 1));
        return tensor;
    }
}
