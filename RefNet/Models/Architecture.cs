using System.Numerics;
using RefNet.Blocks;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// A network from the literature: its name, its paper, and how to create it. One line in
/// <see cref="Architectures.All"/> adds it to every command, to the lectures and to the tests.
/// </summary>
public abstract record Architecture
{
    /// <summary>An architecture for MNIST.</summary>
    protected Architecture() : this(new Shape(1, 28, 28), 10) { }

    /// <summary>An architecture for other data.</summary>
    /// <param name="input">The shape of one sample of its paper's input.</param>
    /// <param name="classes">Its paper's number of classes.</param>
    protected Architecture(Shape input, int classes) => (Input, Classes) = (input, classes);

    /// <summary>Its name in commands: lower case, with hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>A description in a few words.</summary>
    public abstract string Description { get; }

    /// <summary>Authors, year and section, and its lecture row.</summary>
    public abstract string Paper { get; }

    /// <summary>The shape of one sample of the input: channels x rows x columns.</summary>
    public Shape Input { get; init; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; init; }

    /// <summary>Whether outputs are continuous in the weights, as finite differences require; unpooling jumps when a maximum moves.</summary>
    public virtual bool IsContinuous => true;

    /// <summary>The default settings for training it.</summary>
    public virtual Recipe Recipe => Input is { Rank: 3 } && Input[0] == 3 ? new Recipe { Pixels = Recipe.ImageNet } : new Recipe();

    /// <summary>Creates the network with the initial weights of a seed.</summary>
    public abstract Network<T> Create<T>(int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Divides the numbers of maps and units of a large network, for gradient checks and quick trials; 1 for the paper's.</summary>
    public int Narrowing { get; init; } = 1;

    /// <summary>Creates a network of the same layers with few maps and a small input, for gradient checks; the network itself where it is small.</summary>
    /// <param name="seed">The seed of its initial weights.</param>
    /// <param name="widening">A factor of its number of maps, for quick trials of training.</param>
    public Network<T> CreateNarrow<T>(int seed, int widening = 1) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (NarrowInput is { } input ? this with { Input = input, Classes = Math.Min(Classes, 3), Narrowing = Math.Max(2, NarrowBy / widening) } : this).Create<T>(seed);

    /// <summary>The smallest useful input of a large network; null where the network is already small.</summary>
    protected virtual Shape? NarrowInput => null;

    /// <summary>The divisor of the numbers of maps in the narrow network.</summary>
    protected virtual int NarrowBy => 16;

    /// <summary>The number of consecutive units of the same kind, narrowed to at most two.</summary>
    protected int Repeats(int count) => Narrowing == 1 ? count : Math.Min(count, 2);

    /// <summary>The number of maps or units of a layer, narrowed.</summary>
    /// <param name="count">The number in the paper.</param>
    /// <param name="groups">A divisor of the result.</param>
    protected int Maps(int count, int groups = 1) => Narrowing == 1 ? count : Math.Max(1, count / (Narrowing * groups)) * groups;

    /// <summary>Creates the loss for its training.</summary>
    public virtual Loss<T> CreateLoss<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => new SoftmaxCrossEntropy<T>();

    /// <summary>Creates the loss for its training on images with classes.</summary>
    /// <exception cref="InputException">It predicts numbers, or classes for each pixel.</exception>
    public ClassificationLoss<T> CreateClassificationLoss<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CreateLoss<T>() as ClassificationLoss<T> ?? throw new InputException($"Expected a model that puts images into classes; found {Name}, which predicts numbers. Choose another, or train it from a program.");
}
