using System.Numerics;
using RefNet.Blocks;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// A network of the literature: its name, its paper, and how to make it. One line in <see cref="Architectures.All"/> makes it
/// known to every command, to the lectures and to the tests.
/// </summary>
public abstract record Architecture
{
    /// <summary>Its name in commands: lower case, with hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>A description in a few words.</summary>
    public abstract string Description { get; }

    /// <summary>Authors, year and section, and its lecture row.</summary>
    public abstract string Paper { get; }

    /// <summary>The shape of one sample of the input: channels x rows x columns.</summary>
    public Shape Input { get; init; } = new(1, 28, 28);

    /// <summary>The number of classes.</summary>
    public int Classes { get; init; } = 10;

    /// <summary>How to train it unless the user says otherwise.</summary>
    public virtual Recipe Recipe => new();

    /// <summary>Makes the network with the first weights of a seed.</summary>
    public abstract Network<T> Create<T>(int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Makes a network of the same layers with few maps, for gradient checks; the network itself where it is small.</summary>
    public virtual Network<T> CreateNarrow<T>(int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Create<T>(seed);

    /// <summary>Makes the loss for its training.</summary>
    public virtual ClassificationLoss<T> CreateLoss<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => new SoftmaxCrossEntropy<T>();
}
